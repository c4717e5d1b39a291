import { expect, it, onTestFinished } from "vitest";

import { applyForTest } from "./apply-for-test.ts";
import { call } from "./control-plane/call.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { type Ran } from "./control-plane/run-program.ts";
import { until } from "./control-plane/until.ts";
import { createNamespace } from "./create-namespace.ts";
import { createdPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { metric } from "./metric.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";
import { succeed } from "./succeed.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

/** How often the webhook was asked about a Pod. */
async function reviews(): Promise<number> {
  const counts = podpecker().replicas.map((replica) =>
    metric(replica, "podpecker_review_duration_seconds_count"),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

// As the profile restricted wants it, which Podpecker's own namespace enforces.
const harmless = (namespace: string): StepPod =>
  stepPod(namespace, {
    options: "what nobody reads: [",
    container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    },
  });

const applied = "podpecker.dev/applied";

it("does not ask about Pods of a namespace without the label", async () => {
  const namespace = await createNamespace(plane);
  onTestFinished(async () => {
    await call(plane, "DELETE", `/api/v1/namespaces/${namespace}`);
  });
  const before = await reviews();

  const pod = await createdPod(plane, harmless(namespace));

  expect(pod.metadata?.annotations).not.toHaveProperty([applied]);
  expect(await reviews()).toBe(before);
});

it.each(["kube-system", "kube-node-lease", "podpecker"])(
  "does not ask about Pods of %s, even with the label",
  async (namespace) => {
    await setEnabled(namespace, "true");
    onTestFinished(() => setEnabled(namespace, undefined));
    await untilNamespacesAreKnown();
    const before = await reviews();

    const pod = await createdPod(plane, harmless(namespace), { isDryRun: true });

    expect(pod.metadata?.annotations).not.toHaveProperty([applied]);
    expect(await reviews()).toBe(before);
  },
);

it("does not ask about changes of a Pod that is there", async () => {
  const namespace = await stepNamespace(podpecker());
  await createdPod(plane, stepPod(namespace));
  const before = await reviews();

  await succeed(plane, ["label", "pod", "wp-step", "--namespace", namespace, "team=a"]);
  await succeed(plane, ["delete", "pod", "wp-step", "--namespace", namespace, "--wait=false"]);

  expect(await reviews()).toBe(before);
});

const mirror = (namespace: string): StepPod =>
  stepPod(namespace, {
    annotations: { "kubernetes.io/config.mirror": "0123456789abcdef" },
    spec: { nodeName: "amd64" },
  });

it("does not ask about the mirror of a static Pod that a kubelet shows", async () => {
  const namespace = await stepNamespace(podpecker());
  await applyForTest(plane, kubelets);
  const before = await reviews();

  const created = await createAs(mirror(namespace), "system:node:amd64");

  expect(created.stdout).not.toContain(applied);
  expect(await reviews()).toBe(before);
});

it("asks about a Pod that somebody else calls a mirror", async () => {
  const namespace = await stepNamespace(podpecker());

  const pod = await createdPod(plane, mirror(namespace), { isDryRun: true });

  expect(pod.metadata?.annotations).toHaveProperty([applied]);
});

it("asks about a Pod of a kubelet's that is no mirror", async () => {
  const namespace = await stepNamespace(podpecker());
  await applyForTest(plane, kubelets);

  const created = await createAs(stepPod(namespace), "system:node:amd64");

  expect(created.stdout).toContain(applied);
});

/** What the API server's authorizer for nodes allows elsewhere. */
const kubelets = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "podpecker-test-kubelets" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:node" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:nodes" }],
};

/** A dry run in somebody else's name, as soon as the API server has heard what that one may. */
const createAs = (pod: StepPod, user: string): Promise<Ran> =>
  until(`${user} creates a Pod`, async () => {
    const who = ["--as", user, "--as-group=system:nodes"];
    const input = JSON.stringify(pod);
    const words = ["create", "-f", "-", "--output=json", "--dry-run=server", ...who];
    const ran = await kubectl(plane, words, { input });
    return ran.code === 0 ? ran : undefined;
  });

async function setEnabled(namespace: string, value: string | undefined): Promise<void> {
  const label = value === undefined ? "podpecker.dev/enabled-" : `podpecker.dev/enabled=${value}`;
  await succeed(plane, ["label", "namespace", namespace, label]);
}

/** The API server hears of namespaces in order: who knows a later change knows the earlier ones. */
async function untilNamespacesAreKnown(): Promise<void> {
  const later = await createNamespace(plane);
  onTestFinished(async () => {
    await call(plane, "DELETE", `/api/v1/namespaces/${later}`);
  });
  await setEnabled(later, "true");
  await until("the label of a namespace counts", async () => {
    const { metadata } = await createdPod(plane, stepPod(later), { isDryRun: true });
    return metadata?.annotations?.[applied];
  });
}
