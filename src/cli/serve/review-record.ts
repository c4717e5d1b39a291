import { openLineWriter } from "../../adapters/files/line-writer.ts";
import { type Answer, type ReviewedRequest } from "../../admission/answer.ts";
import { redactReview } from "../../audit/redact.ts";
import { type EffectivePolicy } from "../../engine/policy.ts";
import { type PolicySet } from "../../policy/policy-set.ts";
import { type Reports } from "./reports.ts";

/** Keeps the reviews that were answered, for whoever wants to know what other policies would make of them. */
export interface ReviewRecording {
  readonly follow: (answer: Pick<Answer, "reviewed">, policies: PolicySet, now: number) => void;
  /** Resolves once all reviews are kept, or lost. */
  readonly flush: () => Promise<void>;
}

/** Where reviews are kept; nowhere unless a file is named. */
export interface RecordOptions {
  readonly record?: string;
  /** In bytes, of one file. */
  readonly recordMaxSize: number;
  readonly recordFiles: number;
}

/** Begins to keep reviews, redacted; a dry run leaves none.
 * @throws {FileError} when the file cannot be written
 */
export async function startRecording(
  { record: path, recordMaxSize: maxBytes, recordFiles: files }: RecordOptions,
  { recordProblem, recordLost }: Pick<Reports, "recordProblem" | "recordLost">,
): Promise<ReviewRecording> {
  if (path === undefined) return { follow: () => undefined, flush: () => Promise.resolve() };
  const writing = { path, maxBytes, files, onProblem: recordProblem, onLost: recordLost };
  const { write, flush } = await openLineWriter(writing);
  return {
    follow: ({ reviewed }, policies, now) => {
      if (reviewed === undefined || reviewed.request.dryRun === true) return;
      write(JSON.stringify(redactReview(reviewed, saying(reviewed, policies, now))));
    },
    flush,
  };
}

/** What policies say about the Pod, those in audit mode, too: what is theirs is no secret of the step's. */
function saying({ pod, request }: ReviewedRequest, policies: PolicySet, now: number): EffectivePolicy[] {
  const facts = { namespace: request.namespace ?? "", user: request.userInfo?.username, now };
  return [policies, policies.audited].flatMap((set) => set?.select(pod, facts) ?? []);
}
