import { describeFinding, type Finding } from "../engine/finding.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { HIDDEN, shownValue } from "./shown-value.ts";

/** The finding as a sentence that whoever reads traces may see: what a Pod itself says may be a secret, other than what
 * a step asks. */
export function shownFinding(finding: Finding): string {
  const { path, asked, ...rest } = finding;
  const isOfPod = path[0] === "metadata" || path[0] === "spec";
  const isHidden = isOfPod && shownValue(formatPointer(path), asked, "before") === HIDDEN;
  return describeFinding(isHidden ? { ...rest, path } : finding);
}
