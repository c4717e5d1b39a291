import { type PolicyStore } from "../../policy/policy-store.ts";
import { type Reports } from "./reports.ts";

/** What those who watch for policies need. */
export interface PolicyWatching {
  readonly store: PolicyStore;
  /** To be called after each change of the store. */
  readonly tellChanges: () => void;
  readonly reports: Reports;
}
