import { readFileSync } from "node:fs";
import { join } from "node:path";

import { pino } from "pino";
import { expect, it } from "vitest";

import { createMetrics } from "#src/adapters/telemetry/metrics.ts";
import { createWorkspaceReports } from "#src/cli/serve/workspaces/workspace-reports.ts";
import { readWorkflowPod } from "#src/workspace/workflow-pod.ts";
import { readWorkspaceClaim } from "#src/workspace/workspace-claim.ts";
import { claimObject, workflowPodObject } from "#test/workspace/objects.ts";

const PAGE = join(import.meta.dirname, "../../../../docs/workspace.md");

/** Reports of their own, and the value of each of their series. */
function reporting() {
  const metrics = createMetrics();
  const reports = createWorkspaceReports(pino({ enabled: false }), metrics.workspaces);
  const series = async (): Promise<Readonly<Record<string, number>>> => {
    const { text } = await metrics.render();
    const lines = [...text.matchAll(/^(podpecker_workspace_\S+) (\S+)$/gm)];
    return Object.fromEntries(lines.map(([, name = "", value]) => [name, Number(value)]));
  };
  return { metrics, reports, series };
}

const claim = (parts: Parameters<typeof claimObject>[0]) => {
  const read = readWorkspaceClaim(claimObject(parts));
  if (read === undefined) throw new Error("it is one of Podpecker's");
  return read;
};

it("claims are counted by what has them", async () => {
  const { reports, series } = reporting();
  const pods = [
    { workflow: "used", phase: "Running", name: "a" },
    { workflow: "idle", phase: "Failed", name: "b" },
  ].flatMap((pod) => readWorkflowPod(workflowPodObject(pod)) ?? []);
  const claims = [
    claim({ workflow: "used" }),
    claim({ workflow: "idle" }),
    claim({ workflow: "over", isEnding: true }),
    claim({ workflow: "left" }),
  ];

  reports.workspacesSeen({ pods, claims, foreign: new Set() });

  expect(await series()).toMatchObject({
    'podpecker_workspace_claims{state="used"}': 1,
    'podpecker_workspace_claims{state="idle"}': 2,
    'podpecker_workspace_claims{state="ending"}': 1,
  });
});

it("what is done is counted, and so is what it costs", async () => {
  const { reports, series } = reporting();

  reports.workspacesLed(true);
  reports.workspaceCalled("create");
  reports.workspaceCreated(claim({}));
  reports.workspaceRemoved({ ...claim({}), createdAt: Date.now() - 100_000 });
  reports.workspaceProblem("refused", claim({}), "exceeded quota");

  expect(await series()).toMatchObject({
    podpecker_workspace_leader: 1,
    podpecker_workspace_claims_created_total: 1,
    podpecker_workspace_claim_age_seconds_count: 1,
    'podpecker_workspace_claim_age_seconds_bucket{le="60"}': 0,
    'podpecker_workspace_claim_age_seconds_bucket{le="300"}': 1,
    'podpecker_workspace_problems_total{problem="refused"}': 1,
    'podpecker_workspace_api_calls_total{call="create"}': 1,
  });
});

it("the page about workspaces has these metrics, and no others", async () => {
  const { text } = await reporting().metrics.render();
  const known = [...text.matchAll(/^# TYPE (podpecker_workspace_\w+) /gm)].map(([, name]) => name);
  const rows = [...readFileSync(PAGE, "utf8").matchAll(/^\| `(podpecker_workspace_\w+)`/gm)];

  expect(rows.map(([, name]) => name).sort()).toEqual(known.sort());
});
