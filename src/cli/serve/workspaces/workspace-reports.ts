import { type Logger } from "pino";

import { type WorkspaceMetrics } from "../../../adapters/telemetry/workspace-metrics.ts";
import { keyOf, type Situation } from "../../../workspace/plan-workspaces.ts";
import { type WorkspaceClaim } from "../../../workspace/workspace-claim.ts";
import { tell } from "../../terminal.ts";
import { type ClaimCall } from "./claim-place.ts";
import { type WorkspaceProblem } from "./told-workspaces.ts";
import { type WorkspaceName } from "./workspace-pass.ts";

/** What a replica tells of workspaces. */
export interface WorkspaceReports {
  /** This replica is the one that acts, or is it no more. */
  readonly workspacesLed: (isLeading: boolean) => void;
  readonly workspacesSeen: (situation: Situation) => void;
  readonly workspaceCreated: (claim: WorkspaceClaim) => void;
  readonly workspaceRemoved: (claim: WorkspaceClaim) => void;
  readonly workspaceProblem: (problem: WorkspaceProblem, claim: WorkspaceName, detail: string) => void;
  readonly workspaceCalled: (call: ClaimCall) => void;
}

/** Makes the one place where log and metrics hear of workspaces. */
export function createWorkspaceReports(logger: Logger, metrics: WorkspaceMetrics): WorkspaceReports {
  return {
    workspacesLed: (isLeading) => {
      metrics.setLeading(isLeading);
      logger.info({ isLeading }, "workspaces led");
      if (isLeading) tell("This replica makes and removes the claims of workflows now");
    },
    workspacesSeen: (situation) => {
      metrics.setClaims(countsOf(situation));
    },
    workspaceCreated: ({ namespace, name }) => {
      metrics.observeCreated();
      logger.info({ namespace, claim: name }, "workspace created");
    },
    workspaceRemoved: ({ namespace, name, createdAt }) => {
      const ageSeconds = Math.max(0, (Date.now() - createdAt) / 1000);
      metrics.observeRemoved(ageSeconds);
      logger.info({ namespace, claim: name, ageSeconds: Math.round(ageSeconds) }, "workspace removed");
    },
    workspaceProblem: (problem, { namespace, name }, detail) => {
      metrics.observeProblem(problem);
      logger.warn(
        { namespace, claim: name, problem, ...(detail === "" ? {} : { detail }) },
        "workspace problem",
      );
    },
    workspaceCalled: metrics.observeCall,
  };
}

function countsOf({ claims, pods }: Situation) {
  const used = new Set(
    pods.flatMap(({ namespace, claim, isOver }) => (isOver ? [] : [keyOf({ namespace, name: claim })])),
  );
  const counts = { used: 0, idle: 0, ending: 0 };
  for (const claim of claims) {
    const state = claim.isEnding ? "ending" : used.has(keyOf(claim)) ? "used" : "idle";
    counts[state] += 1;
  }
  return counts;
}
