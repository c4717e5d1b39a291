import { parsePointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { quote } from "../text/quote.ts";
import { bindingPart, isBinding, verbOf } from "./binding.ts";
import { type Change } from "./draft.ts";
import { evaluate } from "./evaluate.ts";
import { type Finding } from "./finding.ts";
import { noOptions } from "./options.ts";
import { type EffectivePolicy } from "./policy.ts";

/** What of a Pod goes against the policy, as the change that would mend it, and what else would be told. */
export interface Breaches {
  readonly breaches: readonly Change[];
  readonly findings: readonly Finding[];
}

/**
 * What stands on a Pod against the binding rules of its policy, whoever wrote it. Nothing on a Pod that was decided about
 * and left alone since. A step's options do not count: what they ask would cover what another one wrote over it. Nor do
 * LimitRanges: the API server's own plugin holds Pods to them. Pure.
 */
export function breachesOf(pod: Pod, policy: EffectivePolicy): Breaches {
  const part = bindingPart(policy);
  const { changes, findings } = evaluate(pod, noOptions, {
    policy: part,
    architecture: undefined,
    limitRanges: [],
    knowsLimitRanges: false,
  });
  return { breaches: changes.filter(({ rule }) => isBinding(rule)), findings };
}

/** A breach in words. */
export function describeBreach(pod: Pod, { pointer, before, after, rule }: Change): Finding {
  const path = pathIn(pod, pointer);
  if (MAY_BE_SECRET.test(pointer)) {
    const message = before === undefined ? "is missing" : "is not what the policy says";
    return { code: "rule-broken", path, message: after === undefined ? "may not be there" : message, rule };
  }
  const shown = before === undefined ? {} : { asked: textOf(before) };
  return { code: "rule-broken", path, ...shown, message: messageOf({ before, after, rule }), rule };
}

// Values of variables, and attributes of volumes among which drivers take passwords.
const MAY_BE_SECRET = /^\/spec\/(?:volumes|[A-Za-z]*[cC]ontainers\/[0-9]+\/env)(?:\/|$)/;

function messageOf({ before, after, rule }: Omit<Change, "pointer">): string {
  if (after === undefined) return "may not be there";
  const wanted = quote(textOf(after));
  if (before === undefined) return `is missing; the policy wants ${wanted}`;
  switch (verbOf(rule)) {
    case "max":
      return `is more than the policy lets it be, ${wanted}`;
    case "maxPod":
      return `is more than the policy lets it be beside the other containers, ${wanted}`;
    case "min":
      return `is less than the policy lets it be, ${wanted}`;
    case "maxLimitRequestRatio":
      return `is less than the policy lets it be beside its limit, ${wanted}`;
    default:
      return `is not what the policy says, ${wanted}`;
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The place that a pointer leads to, with numbers where it leads through lists, also those that are not there yet. */
function pathIn(pod: Pod, pointer: string): Path {
  let value: unknown = pod;
  return parsePointer(pointer).map((step) => {
    const isIndex = Array.isArray(value) || (value === undefined && /^[0-9]+$/.test(step));
    const place = isIndex ? Number(step) : step;
    // What is not there has no members.
    value = (value as Record<string | number, unknown> | undefined)?.[place];
    return place;
  });
}
