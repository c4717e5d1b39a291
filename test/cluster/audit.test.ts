import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { AuditReport } from "#src/audit/audit-report.ts";
import { podpecker } from "#test/cli/podpecker.ts";
import { applyForTest } from "./apply-for-test.ts";
import { call } from "./control-plane/call.ts";
import { serviceAccountKubeconfig } from "./control-plane/service-account.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { createNamespace } from "./create-namespace.ts";
import { createdPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const installation = installed(plane);

// All that docs/audit.md says is needed.
const RULES = [
  { apiGroups: [""], resources: ["pods", "limitranges", "namespaces", "configmaps"], verbs: ["list"] },
  {
    apiGroups: ["admissionregistration.k8s.io"],
    resources: ["mutatingwebhookconfigurations"],
    verbs: ["get"],
  },
];

/** A kubeconfig of an account that may only read, and what it is called. */
async function reader(namespace: string): Promise<{ kubeconfig: string; user: string }> {
  const name = `auditor-${namespace}`;
  const group = "rbac.authorization.k8s.io";
  await applyForTest(
    plane,
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name }, rules: RULES },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: group, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  );
  const kubeconfig = await serviceAccountKubeconfig(plane, namespace, name);
  return { kubeconfig, user: `system:serviceaccount:${namespace}:${name}` };
}

/** A namespace that takes no part yet, for the length of a test. */
async function plainNamespace(): Promise<string> {
  const namespace = await createNamespace(plane);
  onTestFinished(async () => {
    await call(plane, "DELETE", `/api/v1/namespaces/${namespace}`);
  });
  return namespace;
}

const AuditEvent = z.looseObject({
  verb: z.string(),
  user: z.looseObject({ username: z.string() }),
  objectRef: z.looseObject({ resource: z.string().optional() }).optional(),
});

/** What the API server's audit log says that a user did. */
async function doneBy(user: string): Promise<string[]> {
  const lines = (await readFile(plane.auditLog, "utf8")).trimEnd().split("\n");
  const events = lines
    .filter((line) => line.includes(user))
    .map((line) => AuditEvent.parse(JSON.parse(line)));
  const own = events.filter((event) => event.user.username === user);
  return [...new Set(own.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ""}`))].sort();
}

it("decides about live Pods as if they were created again, and does nothing but read", async () => {
  const namespace = await plainNamespace();
  const { kubeconfig, user } = await reader(namespace);
  await createdPod(plane, stepPod(namespace, { options: { resources: { limits: { memory: "4Gi" } } } }));
  const path = `/api/v1/namespaces/${namespace}/pods/wp-step`;
  await untilObject(plane, path, ({ spec }) => spec?.["nodeName"] !== undefined);
  const policy = join(plane.directory, `${namespace}.yaml`);
  await writeFile(policy, "version: v1\ntrustPod: false\nresources: { max: { memory: 2Gi } }\n");
  const words = ["audit", "--cluster", "--kubeconfig", kubeconfig, "-n", namespace, "--policy", policy];

  const { code, stdout, stderr } = await podpecker([...words, "--output", "json"]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  // Nothing of the scheduler's is held against the Pod.
  expect(AuditReport.parse(JSON.parse(stdout))).toMatchObject({
    pods: { looked: 1, changed: 1, clamped: 1, refused: 0, denied: 0 },
    outside: { pods: 1, namespaces: [namespace] },
  });
  expect(await doneBy(user)).toEqual([
    "get mutatingwebhookconfigurations",
    "list limitranges",
    "list namespaces",
    "list pods",
  ]);
});

it("goes by the cluster's own policies, by which what runs already is as it should be", async () => {
  const namespace = await stepNamespace(installation(), { policy: { labels: { set: { ci: "yes" } } } });
  const { kubeconfig } = await reader(namespace);
  await createdPod(plane, stepPod(namespace));

  const { code, stdout } = await podpecker([
    ...["audit", "--cluster", "--kubeconfig", kubeconfig, "-n", namespace],
    ...["--fail-on", "changed", "--output", "json"],
  ]);

  const { pods, policies, outside } = AuditReport.parse(JSON.parse(stdout));
  expect(pods).toMatchObject({ looked: 1, unchanged: 1, changed: 0 });
  expect(policies).toContainEqual({ policy: `podpecker/${namespace}`, pods: 1, rules: [] });
  expect(outside).toEqual({ pods: 0, namespaces: [] });
  expect(code).toBe(0);
});

it("says which permission is missing", async () => {
  const namespace = await plainNamespace();
  await applyForTest(plane, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "nobody", namespace },
  });
  const kubeconfig = await serviceAccountKubeconfig(plane, namespace, "nobody");

  const { code, stderr } = await podpecker([
    "audit",
    "--cluster",
    "--kubeconfig",
    kubeconfig,
    "-n",
    namespace,
  ]);

  expect(code).toBe(2);
  expect(stderr).toContain('needs a ClusterRole with the verb "list" on "configmaps"');
});
