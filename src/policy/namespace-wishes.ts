import { type Finding } from "../engine/finding.ts";
import { type Mutation } from "../engine/mutation.ts";
import { mutations } from "../engine/mutations/index.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { type Scene } from "../engine/scene.ts";
import { type PolicyVolume } from "../engine/volume-schema.ts";
import { stepContainer } from "../kubernetes/containers.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { own } from "../kubernetes/own.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { asText } from "../text/schema.ts";
import { type Path } from "../text/path.ts";
import { isMap } from "../text/is-map.ts";
import { type Policy } from "./policy.ts";
import { SECTIONS } from "./policy-document.ts";
import { valueAt } from "../text/value-at.ts";
import { isWhole } from "./whole.ts";
import { claimOf, type Objection, objectionsToWish, type Wish, type WishVerb } from "./wish-objections.ts";

/** What a policy of a namespace gets of what it wants under `set` and `default`. */
export interface GrantedWishes {
  /** The policy with nothing but what is granted; items of lists stay in their places. */
  readonly layer: Pick<Policy, "name" | "document">;
  /** The sections of which it got anything. */
  readonly asked: readonly string[];
  readonly refusals: readonly Finding[];
}

const VERBS: readonly WishVerb[] = ["set", "default"];

/** Judges what a policy of a namespace wants as if a step had asked for it, by the gates of the policies of the cluster. */
export function judgeWishes(policy: Policy, base: EffectivePolicy): GrantedWishes {
  const granted: Record<string, unknown> = {};
  const refusals: Finding[] = [];
  for (const wish of wishesIn(policy)) {
    const { section, verb } = wish;
    const judged = judgeWish(wish, base);
    const told = judged.objections.map((one) => ({ ...one, path: [section, verb, ...one.path] }));
    refusals.push(...told.map((one) => refusal(policy, one)));
    if (!isEmpty(judged.granted))
      granted[section] = { ...(granted[section] as object | undefined), [verb]: judged.granted };
  }
  const document = { version: "v1", ...granted } as Policy["document"];
  return { layer: { name: policy.name, document }, asked: Object.keys(granted), refusals };
}

function wishesIn({ document }: Policy): Wish[] {
  return SECTIONS.flatMap((section) =>
    VERBS.flatMap((verb) => {
      const value = valueAt(document, [section, verb]);
      return value === undefined ? [] : [{ section, verb, value }];
    }),
  );
}

/** What the policy of a namespace is not given, as a finding for whoever runs a Pod there. */
export function refusal({ name, document }: Policy, { path, message }: Objection): Finding {
  const words = asText(valueAt(document, path));
  return {
    code: "namespace-policy-refused",
    path,
    ...(words === undefined ? {} : { asked: words }),
    message,
    rule: `${name}#${formatPointer(path)}`,
  };
}

function judgeWish(
  wish: Wish,
  base: EffectivePolicy,
): { granted: unknown; objections: readonly Objection[] } {
  const special = objectionsToWish(wish, base);
  const refused = special.map(({ path }) => path);
  const left = without(wish.value, refused);
  const objections = [...special, ...objectionsOfGates({ ...wish, value: left }, base)];
  const granted = beside(
    without(
      wish.value,
      objections.map(({ path }) => path),
    ),
    base.sections[wish.section]?.[wish.verb],
    wish,
  );
  return { granted, objections };
}

function objectionsOfGates({ section, value }: Wish, base: EffectivePolicy): Objection[] {
  const judge = (mutations as Readonly<Record<string, Mutation<unknown, unknown>>>)[section]?.judge;
  if (judge === undefined)
    return [
      { path: [], message: "is not given: a step cannot ask for it, nor can the policy of a namespace" },
    ];
  if (isEmpty(value)) return [];
  // Items that are refused already are not judged again.
  const places = Array.isArray(value) ? [...value.keys()].filter((index) => value[index] !== undefined) : [];
  const asked = Array.isArray(value) ? places.map((index) => asAsked(section, value[index])) : value;
  return judge(asked, { id: section, scene: sceneOf(base) }).refusals.map(({ path, message, rule }) => ({
    // Of a list, the item is refused as a whole.
    path: Array.isArray(value) ? places.slice(Number(path[0])).slice(0, 1) : path,
    message: `${message} (${rule}), and the policy of a namespace gets no more`,
  }));
}

/** An item of a list as a step would ask for it. */
function asAsked(section: string, item: unknown): unknown {
  if (section !== "volumes") return item;
  // The schema of the section has checked it; those of other sources are refused already.
  const volume = item as PolicyVolume;
  const { mountPath, readOnly = false } = volume.mount;
  return { claim: claimOf(volume), mountPath, readOnly };
}

// A step of which nothing speaks for more: no image that is trusted, with a script, secrets and volumes of its own, that must not be root.
const ANY_POD: Pod = {
  metadata: {},
  spec: { securityContext: { runAsNonRoot: true }, containers: [{ name: "step", command: ["sh"] }] },
};

const sceneOf = (policy: EffectivePolicy): Scene => ({
  policy,
  pod: ANY_POD,
  step: stepContainer(ANY_POD),
  asks: new Set(Object.keys(mutations)),
  architecture: undefined,
  limitRanges: [],
});

/** The value without these parts; items of lists are left out in their places. */
function without(value: unknown, parts: readonly Path[]): unknown {
  if (parts.length === 0) return value;
  if (parts.some((path) => path.length === 0)) return undefined;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (parts.some(([first]) => first === index) ? undefined : item));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const kept = without(
        inner,
        parts.filter(([first]) => first === key).map((path) => path.slice(1)),
      );
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

/** What is new in it beside what the cluster's policies have: that stays theirs. */
function beside(value: unknown, known: unknown, { section, verb }: Wish): unknown {
  const rest = (wanted: unknown, theirs: unknown, path: Path): unknown => {
    if (theirs === undefined) return wanted;
    if (Array.isArray(wanted) && Array.isArray(theirs))
      return wanted.map((item: unknown) => (theirs.some((one) => deepEqual(one, item)) ? undefined : item));
    if (isMap(wanted) && isMap(theirs) && !isWhole(path))
      return Object.fromEntries(
        Object.entries(wanted).map(([key, inner]) => [key, rest(inner, own(theirs, key), [...path, key])]),
      );
    return verb === "set" ? undefined : wanted;
  };
  return rest(value, known, [section, verb]);
}

/** Whether nothing is wanted at all. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => item === undefined);
  return value === undefined || (isMap(value) && Object.values(value).every(isEmpty));
}
