import { type CheckName, checks } from "./checks/table.ts";
import { type ClusterView } from "./cluster-view.ts";
import { type Verdict } from "./verdict.ts";

/** A verdict and the check that it comes from. */
export interface Diagnosis extends Verdict {
  readonly check: CheckName;
}

/** What all checks say of a cluster, in their order. */
export function diagnose(view: ClusterView): Diagnosis[] {
  // The keys of the table.
  return (Object.keys(checks) as CheckName[]).flatMap((check) =>
    checks[check](view).map((verdict) => ({ check, ...verdict })),
  );
}
