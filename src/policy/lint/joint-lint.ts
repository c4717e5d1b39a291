import { type Policy } from "../policy.ts";
import { type Lint } from "./lints.ts";

/** Something in a policy that is worth a word beside the others. */
export interface JointLint {
  readonly policy: Policy;
  readonly problem: Lint;
}
