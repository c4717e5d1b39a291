import { type ApiObject } from "../../adapters/cluster/api-object.ts";
import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { type ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { createEventWriter } from "../../adapters/cluster/write-event.ts";
import { type Answer, type ReviewedRequest } from "../../admission/answer.ts";
import { recordOf } from "../../admission/review-record.ts";
import { type Objection, objectionsOf } from "../../audit/objections.ts";
import { shownFinding } from "../../audit/shown-finding.ts";
import { type PolicyStore } from "../../policy/policy-store.ts";
import { type Path } from "../../text/path.ts";
import { type Clock } from "./clock.ts";

/** Tells of what policies refused where their authors look: `kubectl describe`. */
export interface StepEvents {
  /** Returns at once; a dry run leaves none. */
  readonly follow: (answer: Pick<Answer, "reviewed">) => void;
  /** Resolves once those that were being written are written, or failed. */
  readonly settled: () => Promise<unknown>;
}

/** What they are written by. */
export interface StepEventParts {
  readonly identify: PolicyStore["identify"];
  readonly onProblem: (error: ClusterError) => void;
  readonly clock: Clock;
}

const REASONS = {
  refused: "StepRefused",
  denied: "StepDenied",
  "would-refuse": "StepWouldBeRefused",
  "would-deny": "StepWouldBeDenied",
} as const satisfies Readonly<Record<Objection["verb"], string>>;

const CONSEQUENCES: Readonly<Record<Objection["verb"], string>> = {
  refused: "runs without what it wants",
  denied: "does not run",
  "would-refuse": "would run without what it wants if the policy were enforced",
  "would-deny": "would not run if the policy were enforced",
};

// Beside those about bad policies, which no number of steps may crowd out.
const PER_MINUTE = 20;
const HOUR_MS = 3_600_000;

/** Makes the teller of a cluster. An Event is about a rule, a namespace and an option, and one an hour: not about each
 * Pod, of which there may be thousands. Policies of files have nowhere to be told. */
export function createStepEvents(
  cluster: Cluster,
  { identify, onProblem, clock }: StepEventParts,
): StepEvents {
  const events = createEventWriter(cluster, { onProblem, perMinute: PER_MINUTE, now: clock.now });
  return {
    follow: ({ reviewed }) => {
      if (reviewed === undefined || reviewed.request.dryRun === true) return;
      for (const objection of objectionsOf(reviewed.decision)) {
        const configMap = identify(objection.policy);
        if (configMap === undefined) continue;
        const about: ApiObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...configMap } };
        events.write(about, toldOf(objection, reviewed, Math.floor(clock.now() / HOUR_MS)));
      }
    },
    settled: events.settled,
  };
}

function toldOf({ verb, rule, finding }: Objection, reviewed: ReviewedRequest, hour: number) {
  const { namespace, name } = recordOf(reviewed.request, reviewed);
  const user = reviewed.request.userInfo?.username;
  const creator = user === undefined ? "" : `, created by ${user},`;
  const message = `Pod ${namespace}/${name}${creator} ${CONSEQUENCES[verb]}: ${shownFinding(finding)}`;
  return {
    reason: REASONS[verb],
    message,
    type: verb === "refused" || verb === "denied" ? ("Warning" as const) : ("Normal" as const),
    identity: JSON.stringify([rule, namespace, optionOf(finding.path), hour]),
  };
}

/** The option, or the field of the Pod; not which of its keys, which may be a step's to choose without end. */
function optionOf([first = "", second = ""]: Path): string {
  const isOfPod = first === "metadata" || first === "spec";
  return isOfPod ? `${first}.${second}` : String(first);
}
