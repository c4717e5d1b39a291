import { defineConfig, type TestProjectConfiguration } from "vitest/config";

import { whyNoCluster } from "./test/cluster/why-no-cluster.ts";

const runsCluster =
  process.env["PODPECKER_CLUSTER_TESTS"] === "required" || (await whyNoCluster()) === undefined;

const unit = {
  extends: true,
  test: {
    name: "unit",
    include: ["test/**/*.test.ts"],
    exclude: ["test/cluster/**"],
    globalSetup: runsCluster ? [] : ["test/cluster/tell-skipped.ts"],
  },
} satisfies TestProjectConfiguration;

const cluster = {
  extends: true,
  test: {
    name: "cluster",
    include: ["test/cluster/**/*.test.ts"],
    globalSetup: ["test/cluster/global-setup.ts"],
    // A control plane has work of its own for two cores: these files run one after another, and after all others.
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
} satisfies TestProjectConfiguration;

export default defineConfig({
  test: {
    projects: runsCluster ? [unit, cluster] : [unit],
    setupFiles: ["test/law-seed.ts"],
    // Servers and child processes start in some tests; two cores are shared by all of them.
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: ["text-summary"],
    },
  },
});
