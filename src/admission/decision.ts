import { type Change, type Held } from "../engine/draft.ts";
import { type Finding } from "../engine/finding.ts";
import { type Pod } from "../kubernetes/pod.ts";

/** What becomes of a Pod, why, and by whose word. */
export interface Decision {
  /** `untouched`: no policy is for it. `malformed` and `refused` are denials. */
  readonly outcome: "untouched" | "decided" | "malformed" | "refused";
  /** The Pod as it shall run; the very Pod that came in where nothing changes. */
  readonly pod: Pod;
  readonly findings: readonly Finding[];
  /** Every field that was written, by which rule. Empty for a denial. */
  readonly changes: readonly Change[];
  /** What rules wanted and found on the Pod already. A denial has none. */
  readonly held?: readonly Held[];
  /** The layers that matched, in ascending priority. */
  readonly policies: readonly string[];
  /** Tells one effective policy from another; empty where none matched. */
  readonly digest: string;
  /** Whom to ask, in the words of the policies' descriptions. */
  readonly contact: string;
  /** What would become of the Pod if the policies in audit mode were enforced, where any of them has a say about it. */
  readonly audited?: Decision;
}
