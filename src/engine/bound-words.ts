import { formatQuantity } from "../kubernetes/quantity.ts";
import { type Bound } from "./bounds.ts";

/** What is wrong with an amount, in words that read on after it; `beside` is the limit that it stands beside. */
export function objectionTo(bound: Bound, beside: string): string {
  const isRatio = bound.says === "maxLimitRequestRatio" || bound.says === "maxPodRatio";
  const text = isRatio ? String(Number(bound.nanos) / 1e9) : formatQuantity(bound);
  const whose = bound.source === "range" ? ", by the namespace's LimitRange" : "";
  return `${wordsOf(bound, { text, beside })}${whose}`;
}

/** What is wrong with a limit of zero. */
export const objectionToNone = (bound: Bound): string =>
  `means no limit at all, where ${formatQuantity(bound)} is the most`;

function wordsOf({ says }: Bound, { text, beside }: { text: string; beside: string }): string {
  switch (says) {
    case "max":
      return `is above the most that a container may have, ${text}`;
    case "maxPod":
      return `is above what is left of the ${text} that a Pod may have`;
    case "podLimit":
      return `is above the limit of the Pod as a whole, ${text}`;
    case "min":
      return `is below the least that a container may have, ${text}`;
    case "minPod":
      return `is too little for the least that a Pod may have, ${text}`;
    case "maxLimitRequestRatio":
    case "maxPodRatio":
      return `is too little beside a limit of ${beside}, which may be ${text} times as much at most`;
    case "sum":
    case "default":
      return "does not fit beside what else there is";
  }
}
