import { Counter, Gauge, Histogram, type Registry } from "prom-client";

import { METRICS } from "./metric-table.ts";

/** How claims for workspaces are counted; each call of the API server but for watches, the Lease and Events. */
export interface WorkspaceMetrics {
  readonly observeCreated: () => void;
  readonly observeRemoved: (ageSeconds: number) => void;
  readonly setClaims: (counts: Readonly<Record<ClaimState, number>>) => void;
  /** One of a table, so that the series are bounded. */
  readonly observeProblem: (problem: string) => void;
  readonly observeCall: (call: string) => void;
  readonly setLeading: (isLeading: boolean) => void;
}

/** What a claim is, as far as workflows go: `used`, `idle`: waits for its end, `ending`: deleted, and held by finished Pods. */
export type ClaimState = "used" | "idle" | "ending";

// Pipelines take from a minute to a day.
const AGES = [60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];

/** Makes them, in a registry. */
export function createWorkspaceMetrics(registry: Registry): WorkspaceMetrics {
  const of = <Name extends keyof typeof METRICS>(name: Name) => ({
    name,
    help: METRICS[name].help,
    labelNames: Object.keys(METRICS[name].labels),
    registers: [registry],
  });
  const created = new Counter(of("podpecker_workspace_claims_created_total"));
  const removed = new Histogram({ ...of("podpecker_workspace_claim_age_seconds"), buckets: AGES });
  const claims = new Gauge(of("podpecker_workspace_claims"));
  const problems = new Counter(of("podpecker_workspace_problems_total"));
  const calls = new Counter(of("podpecker_workspace_api_calls_total"));
  const leading = new Gauge(of("podpecker_workspace_leader"));
  return {
    observeCreated: () => {
      created.inc();
    },
    observeRemoved: (ageSeconds) => {
      removed.observe(ageSeconds);
    },
    setClaims: (counts) => {
      for (const [state, count] of Object.entries(counts)) claims.set({ state }, count);
    },
    observeProblem: (problem) => {
      problems.inc({ problem });
    },
    observeCall: (call) => {
      calls.inc({ call });
    },
    setLeading: (isLeading) => {
      leading.set(Number(isLeading));
    },
  };
}
