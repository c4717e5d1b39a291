import { readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { endings } from "../../policy/expiry.ts";
import { loadedPolicies, type PolicySet } from "../../policy/policy-set.ts";
import { formatTime } from "../../text/time.ts";
import { describeMatch } from "../describe-match.ts";
import { loadPolicies } from "../policy-sources.ts";
import { tell } from "../terminal.ts";
import { readLimitRanges } from "./read-limit-ranges.ts";
import { createOfflineReviewer } from "./review-offline.ts";
import { type ReviewedManifest } from "./reviewed.ts";
import { type Reviewer } from "./verdict.ts";

/** What says how a decision is made without a server. */
export interface OfflineOptions {
  readonly policy?: readonly string[];
  readonly namespace: string;
  readonly user?: string;
  readonly policyNamespace: string;
  readonly policyConfigmap?: readonly string[];
  readonly limitRange?: readonly string[];
}

/** Decides by policies from files. */
export interface OfflineDecider {
  readonly review: Reviewer;
  /** Tells what should be known of the policies after they decided. */
  readonly tellPolicies: (reviewed: readonly ReviewedManifest[]) => void;
}

/** Reads policies and LimitRanges, to decide as at a time.
 * @throws {FileError | InputError | PolicyError} with everything that is wrong with them
 */
export async function decideHere(options: OfflineOptions, now: number): Promise<OfflineDecider> {
  const { policy = [], policyNamespace, policyConfigmap = [], limitRange } = options;
  const tier = { namespace: policyNamespace, promoted: policyConfigmap };
  const { policies } = await loadPolicies({ paths: policy, tier });
  // Who names none has not said that there are none.
  const limitRanges =
    limitRange === undefined ? undefined : readLimitRanges(await readPolicyFiles(limitRange), options);
  const surroundings = {
    now,
    limitRangesOf: (namespace: string) =>
      limitRanges === undefined ? undefined : (limitRanges.get(namespace) ?? []),
  };
  const tellPolicies = (reviewed: readonly ReviewedManifest[]): void => {
    tellEnded(policies, now);
    tellUnmatched(reviewed, policies);
  };
  return { review: createOfflineReviewer(policies, surroundings), tellPolicies };
}

/** What such a policy granted is not granted any more: whoever asks why should not have to look at the calendar. */
function tellEnded(policies: PolicySet, now: number): void {
  for (const { policy, end } of endings(loadedPolicies(policies)).filter((one) => one.end <= now))
    tell(`The policy ${policy.name} ended at ${formatTime(end)} and has no effect`);
}

/** Nobody writes policies that match nothing: which Pods they are for is worth a word. */
function tellUnmatched(reviewed: readonly ReviewedManifest[], policies: PolicySet): void {
  const accounts = reviewed.flatMap(({ pods }) => pods.map(({ verdict }) => verdict.account));
  const isUnknown = accounts.some(({ findings }) => findings.some(({ code }) => code === "creator-unknown"));
  if (
    !isUnknown &&
    accounts.every(({ outcome, audited }) => outcome !== "untouched" || audited !== undefined)
  )
    return;
  const lines = loadedPolicies(policies).map(
    ({ name, document }) => `  ${name}: ${describeMatch(document.match)}`,
  );
  tell(["The policies are for:", ...lines].join("\n"));
  if (isUnknown) tell("Who creates a Pod is not known here; --user NAME says it");
}
