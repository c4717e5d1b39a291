import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type LimitRangerMarks, wasSetByLimitRanger } from "../kubernetes/limit-ranger.ts";
import { type Path } from "../text/path.ts";
import { grantedByClass } from "./class-in-use.ts";
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
const RANKS = { set: 5, asked: 4, class: 3, pod: 2, default: 1, server: 0 } as const;

interface Claim {
  readonly by: keyof typeof RANKS;
  readonly value: string;
  readonly cause: Cause;
  readonly path: Path;
}

/** What is wanted of a container's amounts. */
export interface WantedAmounts extends Wanted<Resources, Resources> {
  /** What the step's resource class gives. */
  readonly ofClass?: Resources | undefined;
}

/** Settles every resource that policy or step have a word about, so that request and limit agree in the end. */
export function settleAmounts(turn: Turn, subject: Subject, wanted: WantedAmounts): void {
  for (const name of namesIn(wanted)) {
    const limits: Field = { wanted, kind: "limits", name };
    const limit = strongestClaim(turn, subject, limits);
    const requests: Field = { wanted, kind: "requests", name, limit: limit?.value };
    const request = strongestClaim(turn, subject, requests);
    if (request === undefined || limit === undefined || agree(name, request.value, limit.value)) {
      put(turn, subject, { ...requests, claim: request });
      put(turn, subject, { ...limits, claim: limit });
    } else if (RANKS[limit.by] >= RANKS[request.by]) {
      const fits = ({ value }: Claim): boolean => agree(name, value, limit.value);
      const claims = claimsOf(turn, subject, requests);
      put(turn, subject, { ...limits, claim: limit });
      put(turn, subject, { ...requests, claim: yielding(turn, claims, { stronger: limit, fits }) });
    } else {
      const fits = ({ value }: Claim): boolean => agree(name, request.value, value);
      const claims = claimsOf(turn, subject, limits);
      put(turn, subject, { ...requests, claim: request });
      put(turn, subject, { ...limits, claim: yielding(turn, claims, { stronger: request, fits }) });
    }
  }
}

function namesIn({ set, granted, ofClass, default: fallback }: WantedAmounts): Set<string> {
  const names = new Set<string>();
  const maps = [set, granted, ofClass, fallback].flatMap((wanted) => [wanted?.requests, wanted?.limits]);
  for (const map of maps) for (const name of Object.keys(map ?? {})) names.add(name);
  return names;
}

interface Field {
  readonly wanted: WantedAmounts;
  readonly kind: Kind;
  readonly name: string;
  /** Of a request: the limit that it will have. */
  readonly limit?: string | undefined;
}

/** The strongest claim to one amount; a step's claim that the policy overrules is told. */
function strongestClaim(turn: Turn, subject: Subject, field: Field): Claim | undefined {
  const asked = askedClaim(turn, field) ?? classClaim(turn, field);
  const set = policyClaim(turn, "set", field);
  if (set !== undefined) {
    if (asked !== undefined && !isSameAmount(asked.value, set.value)) tellOverruled(turn, asked, set);
    return set;
  }
  if (asked !== undefined) return asked;
  const pod = podClaim(turn, subject, field);
  return pod?.by === "pod" ? pod : (policyClaim(turn, "default", field) ?? pod);
}

function tellOverruled(turn: Turn, { by, path }: Claim, { value, cause: { rule } }: Claim): void {
  if (by === "asked") turn.refuseForSet(path, { value, rule });
  else turn.tellClassOverruled(path, { rule });
}

/** All claims to one amount that are not overruled, the strongest first. */
function claimsOf(turn: Turn, subject: Subject, field: Field): Claim[] {
  const set = policyClaim(turn, "set", field);
  const asked = set === undefined ? [askedClaim(turn, field), classClaim(turn, field)] : [];
  const claims = [set, ...asked, podClaim(turn, subject, field), policyClaim(turn, "default", field)];
  return claims.flatMap((claim) => claim ?? []).sort((a, b) => RANKS[b.by] - RANKS[a.by]);
}

function askedClaim(turn: Turn, { wanted, kind, name }: Field): Claim | undefined {
  const value = wanted.granted?.[kind]?.[name];
  if (value === undefined) return undefined;
  const path = ["resources", kind, name];
  return { by: "asked", value, cause: turn.because({ path, rule: turn.rule("fromStep") }), path };
}

function classClaim(turn: Turn, { wanted, kind, name }: Field): Claim | undefined {
  const value = wanted.ofClass?.[kind]?.[name];
  if (value === undefined) return undefined;
  const cause = turn.because(grantedByClass(turn, [kind, name], value));
  return { by: "class", value, cause, path: ["resources", kind, name] };
}

function policyClaim(turn: Turn, verb: "set" | "default", { wanted, kind, name }: Field): Claim | undefined {
  const value = wanted[verb]?.[kind]?.[name];
  if (value === undefined) return undefined;
  return { by: verb, value, cause: { rule: turn.rule(verb, kind, name) }, path: ["resources", kind, name] };
}

/**
 * What the Pod says. LimitRanger's values, and requests that are copies of their limits, are not its creator's word. The
 * limit that will be counts as well as the one that is: a second decision sees only the former.
 */
function podClaim(turn: Turn, { place, marks }: Subject, { kind, name, limit }: Field): Claim | undefined {
  const { container, list } = place;
  const value = container.resources?.[kind]?.[name];
  if (value === undefined) return undefined;
  const entry = { container: container.name, kind, resource: name, init: list === "initContainers" };
  const isCopy =
    kind === "requests" &&
    [container.resources?.limits?.[name], limit].some((one) => isSameAmount(one, String(value)));
  const by = isCopy || wasSetByLimitRanger(marks, entry) ? "server" : "pod";
  return { by, value: String(value), cause: { rule: turn.rule() }, path: ["resources", kind, name] };
}

interface Conflict {
  readonly stronger: Claim;
  readonly fits: (claim: Claim) => boolean;
}

/**
 * What becomes of the amount that counts less: what a step or its class wants comes as near as it can; else the next
 * claim that fits holds; else what the Pod has is brought to what counts more. A default that does not fit is left out.
 */
function yielding(turn: Turn, claims: readonly Claim[], { stronger, fits }: Conflict): Claim | undefined {
  const [first] = claims;
  if (first === undefined) return undefined;
  tellYielding(turn, first, stronger);
  const nearest = { ...first, value: stronger.value, cause: stronger.cause };
  if (RANKS[first.by] >= RANKS.class) return nearest;
  const isOnPod = claims.some(({ by }) => by === "pod" || by === "server");
  return claims.find(fits) ?? (isOnPod ? nearest : undefined);
}

function tellYielding(turn: Turn, { by, value, path }: Claim, stronger: Claim): void {
  const { rule, asked } = stronger.cause;
  const words = stronger.by === "class" ? `the class's ${stronger.value}` : (asked ?? stronger.value);
  const reason = "request and limit must agree";
  if (by === "asked") turn.find("set-by-policy", path, { message: `gives way to ${words}: ${reason}`, rule });
  else if (by === "default")
    turn.findOfPolicy("request-limit-mended", path, {
      message: `the policy's default of ${value} is left out beside ${words}: ${reason}`,
      rule,
    });
  else if (by !== "server")
    turn.findOfPolicy("request-limit-mended", path, {
      message: `the ${by === "class" ? "class" : "Pod"}'s ${value} gives way to ${words}: ${reason}`,
      rule,
    });
}

function put(
  turn: Turn,
  { place }: Subject,
  { claim, ...field }: Field & { readonly claim: Claim | undefined },
): void {
  if (claim === undefined) return;
  const { kind, name } = field;
  const path = [...place.path, "resources", kind, name];
  const current = turn.draft.read(path);
  const yielding = yieldedBy(turn, field, claim);
  if (current === undefined || !isSameAmount(current, claim.value))
    turn.draft.write(path, claim.value, claim.cause);
  else if (yielding !== undefined) turn.draft.hold(path, yielding);
}

/** Why the amount would be there if the Pod did not say so itself: after a first decision it does. */
function yieldedBy(turn: Turn, field: Field, { by, value, cause }: Claim): Cause | undefined {
  if (by !== "pod" && by !== "server") return cause;
  const usual = policyClaim(turn, "default", field);
  return usual !== undefined && isSameAmount(usual.value, value) ? usual.cause : undefined;
}
