import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type LimitRangerMarks, wasSetByLimitRanger } from "../kubernetes/limit-ranger.ts";
import { type Path } from "../text/path.ts";
import { type Cause } from "./draft.ts";
import { type Wanted } from "./mutation.ts";
import { agree, isSameAmount, type Resources } from "./resource-schema.ts";
import { type Turn } from "./turn.ts";

/** A container whose resources are settled, and what LimitRanger wrote into its Pod. */
export interface Subject {
  readonly place: PlacedContainer;
  readonly marks: LimitRangerMarks;
}

type Kind = "requests" | "limits";

// Who goes before whom, the greater first; what the API server put there gives way to everybody.
const RANKS = { set: 4, asked: 3, pod: 2, default: 1, server: 0 } as const;

interface Claim {
  readonly by: keyof typeof RANKS;
  readonly value: string;
  readonly cause: Cause;
  readonly path: Path;
}

/** Settles every resource that policy or step have a word about, so that request and limit agree in the end. */
export function settleAmounts(turn: Turn, subject: Subject, wanted: Wanted<Resources, Resources>): void {
  for (const name of namesIn(wanted)) {
    const request = claimOf(turn, subject, { wanted, kind: "requests", name });
    const limit = claimOf(turn, subject, { wanted, kind: "limits", name });
    if (request === undefined || limit === undefined || agree(name, request.value, limit.value)) {
      put(turn, subject, { kind: "requests", name, claim: request });
      put(turn, subject, { kind: "limits", name, claim: limit });
    } else if (RANKS[limit.by] >= RANKS[request.by]) {
      put(turn, subject, { kind: "limits", name, claim: limit });
      put(turn, subject, { kind: "requests", name, claim: yielding(turn, request, limit) });
    } else {
      put(turn, subject, { kind: "requests", name, claim: request });
      put(turn, subject, { kind: "limits", name, claim: yielding(turn, limit, request) });
    }
  }
}

function namesIn({ set, granted, default: fallback }: Wanted<Resources, Resources>): Set<string> {
  const maps = [set, granted, fallback].flatMap((one) => [one?.requests ?? {}, one?.limits ?? {}]);
  return new Set(maps.flatMap((map) => Object.keys(map)));
}

interface Field {
  readonly wanted: Wanted<Resources, Resources>;
  readonly kind: Kind;
  readonly name: string;
}

/** The strongest claim to one amount; a step's claim that the policy overrules is told. */
function claimOf(turn: Turn, subject: Subject, { wanted, kind, name }: Field): Claim | undefined {
  const path = ["resources", kind, name];
  const asked = wanted.granted?.[kind]?.[name];
  const set = policyClaim(turn, "set", { wanted, kind, name });
  if (set !== undefined) {
    if (asked !== undefined && !isSameAmount(asked, set.value))
      turn.refuseForSet(path, { value: set.value, rule: set.cause.rule });
    return set;
  }
  if (asked !== undefined)
    return { by: "asked", value: asked, cause: turn.because({ path, rule: turn.rule("fromStep") }), path };
  const pod = podClaim(turn, subject, { kind, name });
  return pod?.by === "pod" ? pod : (policyClaim(turn, "default", { wanted, kind, name }) ?? pod);
}

function policyClaim(turn: Turn, verb: "set" | "default", { wanted, kind, name }: Field): Claim | undefined {
  const value = wanted[verb]?.[kind]?.[name];
  if (value === undefined) return undefined;
  return { by: verb, value, cause: { rule: turn.rule(verb, kind, name) }, path: ["resources", kind, name] };
}

/** What the Pod says. LimitRanger's values, and requests that are copies of their limits, are not its creator's word. */
function podClaim(
  turn: Turn,
  { place, marks }: Subject,
  { kind, name }: Omit<Field, "wanted">,
): Claim | undefined {
  const { container, list } = place;
  const value = container.resources?.[kind]?.[name];
  if (value === undefined) return undefined;
  const entry = { container: container.name, kind, resource: name, init: list === "initContainers" };
  const isCopy = kind === "requests" && isSameAmount(container.resources?.limits?.[name], String(value));
  const by = isCopy || wasSetByLimitRanger(marks, entry) ? "server" : "pod";
  return { by, value: String(value), cause: { rule: turn.rule() }, path: ["resources", kind, name] };
}

/** What counts less takes the value of what counts more, and its author is told. */
function yielding(turn: Turn, weaker: Claim, stronger: Claim): Claim {
  const { rule, asked: words = stronger.value } = stronger.cause;
  const message = `gives way to ${words}: request and limit must agree`;
  if (weaker.by === "asked") turn.find("set-by-policy", weaker.path, { message, rule });
  else if (weaker.by !== "server")
    turn.findOfPolicy("request-limit-mended", weaker.path, {
      message: `of ${weaker.value} (${weaker.by}) ${message}`,
      rule,
    });
  return { ...weaker, value: stronger.value, cause: stronger.cause };
}

function put(
  turn: Turn,
  { place }: Subject,
  { kind, name, claim }: Omit<Field, "wanted"> & { claim: Claim | undefined },
): void {
  if (claim === undefined) return;
  const field = [...place.path, "resources", kind, name];
  const current = turn.draft.read(field);
  if (current === undefined || !isSameAmount(current, claim.value))
    turn.draft.write(field, claim.value, claim.cause);
  else if (claim.by !== "pod" && claim.by !== "server") turn.draft.hold(field, claim.cause);
}
