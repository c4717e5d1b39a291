import { type AdmissionRequest } from "../kubernetes/admission-review.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Decision } from "./decision.ts";

/** What log and metrics may say about a review; never the Pod. */
export interface ReviewRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** `invalid` is a body that is no review. */
  readonly outcome: "untouched" | "decided" | "malformed" | "refused" | "invalid";
  readonly policies: readonly string[];
  /** Empty where no policy matched. */
  readonly digest: string;
  readonly changes: number;
  /** How often each finding code came up. */
  readonly findings: Readonly<Record<string, number>>;
  /** What would be if the policies in audit mode were enforced, where any of them has a say. */
  readonly audited?: AuditedRecord;
}

/** What log and metrics may say about a decision that was not carried out. */
export type AuditedRecord = Pick<ReviewRecord, "outcome" | "policies" | "digest" | "changes" | "findings">;

/** What somebody wants of a Pod that is judged without being changed; `other` is nothing of the kind. */
export type Occasion = "create" | "resize" | "ephemeralcontainers" | "other";

/** What log and metrics may say about such a review. */
export interface ValidationRecord extends ReviewRecord {
  readonly occasion: Occasion;
}

/** What log and metrics may say about a review of a policy; never its text. */
export interface PolicyReviewRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** `untouched` is no policy, `invalid` no review. */
  readonly outcome: "untouched" | "accepted" | "rejected" | "invalid";
  readonly problems: number;
  readonly warnings: number;
}

/** A Pod that is reviewed, and what was decided about it. */
export interface ReviewedPod {
  readonly pod: Pod;
  readonly decision: Decision;
}

/** The same with the request that it came in, for those who look after the answer was sent. */
export interface ReviewedRequest extends ReviewedPod {
  readonly request: AdmissionRequest;
}

/** What the webhook says to one HTTP body. */
export interface Answer<Recorded = ReviewRecord> {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  readonly record: Recorded;
  /** Where a Pod was decided about; nothing for anything else. */
  readonly reviewed?: ReviewedRequest;
}
