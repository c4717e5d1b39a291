import { join } from "node:path";

import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { podpecker } from "#test/cli/podpecker.ts";
import { applyForTest } from "./apply-for-test.ts";
import { call } from "./control-plane/call.ts";
import { until } from "./control-plane/until.ts";
import { installed } from "./installed.ts";
import { policyConfigMap } from "./policy-config-map.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { succeed } from "./succeed.ts";

const plane = sharedPlane();
const COMPONENT = join(import.meta.dirname, "../../manifests/components/workspaces");
const installation = installed(plane, 2);

const doctor = (...words: string[]) =>
  podpecker(["doctor", "--kubeconfig", plane.kubeconfig, ...words], { env: { COLUMNS: "200" } });

const EndpointSlices = z.object({
  items: z.array(
    z.object({
      endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().optional() }) })).nullish(),
    }),
  ),
});

/** The processes that answer are not what the cluster says of the Deployment's Pods. */
const untilEndpoints = (): Promise<true> =>
  until("both replicas are endpoints", async () => {
    const path = "/apis/discovery.k8s.io/v1/namespaces/podpecker/endpointslices";
    const { body } = await call(plane, "GET", path);
    const all = EndpointSlices.parse(body).items.flatMap(({ endpoints }) => endpoints ?? []);
    return (all.length === 2 && all.every(({ conditions }) => conditions.ready === true)) || undefined;
  });

beforeAll(untilEndpoints);

it("finds all that is shipped well, from the certificate to a step's Pod", async () => {
  const namespace = await stepNamespace(installation());

  const { code, stdout, stderr } = await doctor("--try-namespace", namespace);

  const lines = stdout.split("\n");
  expect(lines.slice(0, -3).filter((line) => !line.startsWith("ok "))).toEqual([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "ok       API server",
    "ok       Mutating configuration",
    "ok       Validating configuration",
    "ok       Validating configuration",
    "ok       Namespaces",
    "ok       Service",
    "ok       Endpoints",
    'ok       caBundle of "pods.podpecker.dev"',
    'ok       caBundle of "pod-validation.podpecker.dev"',
    'ok       caBundle of "policies.podpecker.dev"',
    "ok       Serving certificate",
    "ok       Policy podpecker/default-policy",
    "ok       Dry run",
    "",
    "13 ok",
    "",
  ]);
});

describe("where a policy gives Pods a claim", () => {
  const workspaces = async () => {
    const { code, stdout } = await doctor("--output", "json");
    const found = JSON.parse(stdout) as { check: string; state: string; says: string; commands?: string[] }[];
    return { code, found: found.find(({ check }) => check === "workspaces") };
  };

  it("says which rights are missing, and once they are there, who makes the claims", async () => {
    const namespace = await stepNamespace(installation());
    const policy = { match: { namespaces: [namespace] }, workspace: { size: "1Gi" } };
    await applyForTest(plane, policyConfigMap(namespace, policy));
    await installation().untilInForce(namespace);

    const before = await workspaces();
    for (const name of ["cluster-role", "role"]) {
      const file = join(COMPONENT, `${name}.yaml`);
      onTestFinished(async () => {
        await succeed(plane, ["delete", "--ignore-not-found", "-f", file]);
      });
      await succeed(plane, ["apply", "-f", file]);
    }
    const after = await until(
      "claims are made",
      async () => {
        const now = await workspaces();
        return now.found?.state === "ok" ? now : undefined;
      },
      60,
    );

    expect(before).toMatchObject({ code: 2, found: { state: "failed" } });
    expect(before.found?.says).toContain(
      "system:serviceaccount:podpecker:podpecker may not list pods in all namespaces",
    );
    expect(before.found?.says).toContain("nor create persistentvolumeclaims in all namespaces");
    expect(before.found?.says).toContain("leases.coordination.k8s.io");
    expect(after.code).toBe(0);
    expect(after.found?.says).toMatch(/^claims are made and removed by /);
  });
});

it("says what to do when Podpecker was turned off", async () => {
  await succeed(plane, ["delete", "mutatingwebhookconfiguration", "podpecker"]);

  const { code, stdout } = await doctor();

  expect(code).toBe(2);
  expect(stdout).toMatch(/FAILED +Mutating configuration: /);
  expect(stdout).toContain("-> apply it with the other manifests");
});
