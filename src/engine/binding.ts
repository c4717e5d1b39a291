import { type EffectivePolicy, type Verbs } from "./policy.ts";
import { BOUNDS } from "./resource-rules.ts";

/** What a policy says under these holds for every Pod; all other words of a section are an offer. */
const BINDING = new Set<string>(["set", ...BOUNDS, "podSecurityStandard"]);

/** The word of a section that a rule stands under: `max` of `acme#/resources/max/cpu`. */
export function verbOf(rule: string): string {
  // A name may hold the two characters, a pointer cannot: a key's own slash is escaped there.
  const [, verb = ""] = rule.slice(rule.lastIndexOf("#/") + 2).split("/");
  return verb;
}

/** Whether what the rule wrote must stand on the Pod whoever writes after it. */
export const isBinding = (rule: string): boolean => BINDING.has(verbOf(rule));

const bindingParts = new WeakMap<EffectivePolicy, EffectivePolicy>();

/** The policy without its defaults, for a Pod that has been decided about: a default would cover what somebody wrote since. */
export function bindingPart(policy: EffectivePolicy): EffectivePolicy {
  const known = bindingParts.get(policy);
  if (known !== undefined) return known;
  const sections = Object.fromEntries(
    Object.entries(policy.sections).map(([id, section]) => [id, withoutDefault(section)]),
  );
  const part = { ...policy, sections, trustPod: true };
  bindingParts.set(policy, part);
  return part;
}

function withoutDefault(section: Verbs<unknown, unknown> | undefined): Verbs<unknown, unknown> | undefined {
  if (section?.default === undefined) return section;
  const rest = { ...section };
  delete rest.default;
  return rest;
}
