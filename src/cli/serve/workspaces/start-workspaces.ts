import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

import { type Cluster } from "../../../adapters/cluster/cluster.ts";
import { ClusterError } from "../../../adapters/cluster/cluster-error.ts";
import { readLease, writeLease } from "../../../adapters/cluster/leases.ts";
import { givesClaims, grantedTerms } from "../../../workspace/granted-terms.ts";
import { type Situation } from "../../../workspace/plan-workspaces.ts";
import { type WorkflowPod } from "../../../workspace/workflow-pod.ts";
import { readOffer } from "../../../workspace/workspace-offer.ts";
import { WORKSPACE_LEASE } from "../../workspace-lease.ts";
import { type Clock } from "../clock.ts";
import { type PoliciesInForce } from "../policies-in-force.ts";
import { type PassOutcome, repeatPasses } from "../repeat-passes.ts";
import { type Reports } from "../reports.ts";
import { claimsInCluster } from "./claim-place.ts";
import { followWorkflows } from "./follow-workflows.ts";
import { seekLeadership } from "./leadership.ts";
import { createWorkspacePasses } from "./workspace-pass.ts";
import { type WorkspaceReports } from "./workspace-reports.ts";

/** Where workspaces are kept, by which policies, and who hears of them. */
export interface WorkspacesParts {
  /** Nothing where policies are files alone: there is nowhere to make a claim. */
  readonly cluster: Cluster | undefined;
  /** Podpecker's own, where the Lease is. */
  readonly namespace: string;
  readonly policies: Pick<PoliciesInForce, "current" | "follow">;
  readonly reports: Pick<Reports, "clusterProblem" | "defect"> & WorkspaceReports;
  readonly clock: Clock;
}

/** Something that goes on until it is closed. */
export interface Workspaces {
  /** Resolves once nothing is done any more and another replica may go on. Never rejects. */
  readonly close: () => Promise<void>;
}

/** Makes and removes the claims of workflows from when on a policy gives Pods one; until then nothing is asked of the API
 * server, and no right to it is needed. After that it goes on: claims that were made must be removed as well. */
export function startWorkspaces(parts: WorkspacesParts): Workspaces {
  const { cluster, policies } = parts;
  if (cluster === undefined) return { close: () => Promise.resolve() };
  let running: Running | undefined;
  let isClosed = false;
  const onPolicies = (): void => {
    if (isClosed) return;
    if (running !== undefined) running.reconsider();
    else if (givesClaims(policies.current().policies)) running = run({ ...parts, cluster });
  };
  policies.follow(onPolicies);
  onPolicies();
  return {
    close: async () => {
      isClosed = true;
      await running?.close();
    },
  };
}

interface Running extends Workspaces {
  readonly reconsider: () => void;
}

function run(parts: WorkspacesParts & { readonly cluster: Cluster }): Running {
  const { cluster, policies, reports, clock, namespace } = parts;
  // Nothing calls back before the next turn of the event loop.
  const wake = (): void => {
    passes.wake();
  };
  const workflows = followWorkflows(cluster, reports, wake);
  const lease = { namespace, name: WORKSPACE_LEASE };
  const leadership = seekLeadership({
    keeping: {
      read: () => readLease(cluster, lease),
      write: (before, tenure) => writeLease(cluster, lease, { before, tenure }),
    },
    identity: `${hostname()}_${randomUUID()}`,
    clock,
    observer: {
      onGained: () => {
        reports.workspacesLed(true);
        wake();
      },
      onLost: () => {
        reports.workspacesLed(false);
      },
      onProblem: (error) => {
        if (error instanceof ClusterError) reports.clusterProblem("leases")(error);
        else reports.defect({ error });
      },
    },
  });
  const { pass, reconsider } = createWorkspacePasses({
    place: claimsInCluster(cluster, {
      onProblem: reports.clusterProblem("events"),
      onCall: reports.workspaceCalled,
    }),
    situation: () => believed(workflows.situation(), (pod) => trustsMark(pod, policies, clock)),
    termsFor: ({ pod, namespace: of }) =>
      grantedTerms(policies.current().policies, { namespace: of, now: clock.now(), offer: readOffer(pod) }),
    mandate: leadership.mandate,
    clock,
    observer: {
      seen: reports.workspacesSeen,
      created: reports.workspaceCreated,
      removed: reports.workspaceRemoved,
      problem: reports.workspaceProblem,
      defect: (error) => {
        reports.defect({ error });
      },
    },
  });
  let underWay: Promise<unknown> = Promise.resolve();
  const passes = repeatPasses(() => {
    const passing = pass().catch((error: unknown): PassOutcome => {
      reports.defect({ error });
      return { was: "failed", restMs: 0 };
    });
    underWay = passing;
    return passing;
  }, clock);
  return {
    reconsider: () => {
      reconsider();
      wake();
    },
    close: async () => {
      passes.close();
      workflows.close();
      await leadership.close(underWay);
    },
  };
}

/** Only the word of a creator that is trusted ends a workflow. */
function believed(
  situation: Situation | undefined,
  isTrusted: (pod: WorkflowPod) => boolean,
): Situation | undefined {
  if (situation?.pods.some(({ marksEnd }) => marksEnd) !== true) return situation;
  const pods = situation.pods.map((pod) =>
    pod.marksEnd && !isTrusted(pod) ? { ...pod, marksEnd: false } : pod,
  );
  return { ...situation, pods };
}

/** Where no policy is for the Pod any more nobody says that its creator is trusted. */
function trustsMark(
  { pod, namespace }: WorkflowPod,
  policies: Pick<PoliciesInForce, "current">,
  { now }: Clock,
): boolean {
  return policies.current().select(pod, { namespace, now: now() })?.trustAnnotations === true;
}
