import { type Finding } from "./finding.ts";
import { type EffectivePolicy } from "./policy.ts";

/** Tells that an annotation of the Pod's creator is not read. */
export const annotationIgnored = (key: string, { ruleAt }: EffectivePolicy): Finding => ({
  code: "annotation-ignored",
  path: ["metadata", "annotations", key],
  message: "is not read: the policy does not trust annotations of the Pod",
  rule: ruleAt(["trustAnnotations"]),
});
