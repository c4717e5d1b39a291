import { type ReviewedPod } from "../review/reviewed.ts";
import { type PreviewedStep } from "./preview-steps.ts";

/** What becomes of a step, in one word: `less` is told where something that it asked was refused or cut. */
export type Fate = "given" | "less" | "denied";

/** The one Pod of a step. */
export function podOf({ title, reviewed }: PreviewedStep): ReviewedPod {
  const [pod] = reviewed.pods;
  if (pod === undefined) throw new Error(`no Pod was made of the step ${title}`);
  return pod;
}

/** What becomes of a step. */
export function fateOf(step: PreviewedStep): Fate {
  const { response, account } = podOf(step).verdict;
  if (!response.allowed) return "denied";
  return account.findings.some(({ severity }) => severity === "refused" || severity === "mended")
    ? "less"
    : "given";
}
