import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type LimitRangerMarks, wasSetByLimitRanger } from "../kubernetes/limit-ranger.ts";
import { formatQuantity } from "../kubernetes/quantity.ts";
import { type Path } from "../text/path.ts";
import { lowest } from "./bounds.ts";
import { grantedByClass } from "./class-in-use.ts";
import { type Cause } from "./draft.ts";
import { type Wanted } from "./mutation.ts";
import { boundsOf } from "./read-bounds.ts";
import { isSameAmount, type Resources } from "./resource-schema.ts";
import { type Turn } from "./turn.ts";

/** A container whose resources are settled, and what LimitRanger wrote into its Pod. */
export interface Subject {
  readonly place: PlacedContainer;
  readonly marks: LimitRangerMarks;
}

export const KINDS = ["requests", "limits"] as const;
export type Kind = (typeof KINDS)[number];

/** Adds the resources that have a request or a limit. */
export function addNames(
  names: Set<string>,
  amounts: Readonly<Partial<Record<Kind, object | undefined>>> | undefined,
): Set<string> {
  for (const kind of KINDS) for (const name of Object.keys(amounts?.[kind] ?? {})) names.add(name);
  return names;
}

/** Who goes before whom, the greater first; what the API server put there gives way to everybody. */
export const RANKS = { bound: 6, set: 5, asked: 4, class: 3, pod: 2, default: 1, server: 0 } as const;

/** Somebody's word about one amount. */
export interface Claim {
  readonly by: keyof typeof RANKS;
  readonly value: string;
  readonly cause: Cause;
  /** Where in options or policy. */
  readonly path: Path;
}

/** What is wanted of a container's amounts. */
export interface WantedAmounts extends Wanted<Resources, Resources> {
  /** What the step's resource class gives. */
  readonly ofClass?: Resources | undefined;
}

/** One amount of a container, and who may have a word about it. */
export interface Field {
  readonly wanted: WantedAmounts;
  readonly kind: Kind;
  readonly name: string;
  /** Of a request: the limit that it will have. */
  readonly limit?: string | undefined;
}

/** The strongest claim to one amount; a step's claim that the policy overrules is told. */
export function strongestClaim(turn: Turn, subject: Subject, field: Field): Claim | undefined {
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
export function claimsOf(turn: Turn, subject: Subject, field: Field): Claim[] {
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

/** What the policy sets, or says by default, about an amount. */
export function policyClaim(
  turn: Turn,
  verb: "set" | "default",
  { wanted, kind, name }: Field,
): Claim | undefined {
  const value = wanted[verb]?.[kind]?.[name];
  if (value === undefined) return undefined;
  return { by: verb, value, cause: { rule: turn.rule(verb, kind, name) }, path: ["resources", kind, name] };
}

/** Whether it is the limit that bounds fill in: beside that one a request is no copy, but its creator's word. */
function isMost({ scene }: Turn, name: string, value: string): boolean {
  const { container, pod } = boundsOf(scene.policy, scene.limitRanges)?.of(name) ?? {};
  const most = lowest(container?.max[0], pod?.max[0]);
  return most !== undefined && isSameAmount(value, formatQuantity(most));
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
    !isMost(turn, name, String(value)) &&
    [container.resources?.limits?.[name], limit].some((one) => isSameAmount(one, String(value)));
  const by = isCopy || wasSetByLimitRanger(marks, entry) ? "server" : "pod";
  return { by, value: String(value), cause: { rule: turn.rule() }, path: ["resources", kind, name] };
}
