import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { type Pod } from "#src/kubernetes/pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { until } from "./control-plane/until.ts";
import { createPod, createdPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";

// The API server's own plugins run before the webhook, and once more after it has changed a Pod.
const plane = sharedPlane();
const podpecker = installed(plane);

/** What the API server would make of a Pod; it need not be there. */
const seen = async (pod: StepPod): Promise<Pod> => createdPod(plane, pod, { isDryRun: true });

const refusal = async (pod: StepPod): Promise<object> => {
  const { status, body } = await createPod(plane, pod, { isDryRun: true });
  return { status, body };
};

describe("ServiceAccount", () => {
  const policy = { serviceAccountName: { fromStep: ["ci-*"] } };
  const account = (namespace: string, members: object = {}): object => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "ci-build", namespace },
    ...members,
  });
  const asking = (namespace: string): StepPod =>
    stepPod(namespace, {
      options: { serviceAccountName: "ci-build" },
      spec: {
        initContainers: [{ name: "before", image: "alpine:3.22" }],
        containers: ["wp-step", "beside"].map((name) => ({ name, image: "alpine:3.22" })),
      },
    });

  it("gives the Pod of a granted account one token, mounted once in every container", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });
    await applyForTest(plane, account(namespace));

    const { spec } = await seen(asking(namespace));

    expect(spec).toMatchObject({ serviceAccountName: "ci-build", serviceAccount: "ci-build" });
    expect(spec.volumes).toHaveLength(1);
    const [token] = spec.volumes ?? [];
    expect(token?.name).toMatch(/^kube-api-access-/);
    const mount = { name: token?.name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
    for (const { volumeMounts } of [...(spec.initContainers ?? []), ...spec.containers])
      expect(volumeMounts).toEqual([{ ...mount, readOnly: true }]);
  });

  it("leaves no token where the granted account wants none", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });
    await applyForTest(plane, account(namespace, { automountServiceAccountToken: false }));

    const { spec } = await seen(asking(namespace));

    expect(spec).toMatchObject({ serviceAccountName: "ci-build" });
    expect(spec).not.toHaveProperty("volumes");
    expect(JSON.stringify(spec)).not.toContain("kube-api-access");
  });

  it("refuses an account that is granted and not there", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });

    expect(await refusal(asking(namespace))).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('serviceaccount "ci-build" not found') as string },
    });
  });
});

describe("LimitRanger", () => {
  const limitRange = (namespace: string): object => ({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "limits", namespace },
    spec: {
      limits: [
        {
          type: "Container",
          default: { cpu: "500m", memory: "512Mi" },
          defaultRequest: { cpu: "250m", memory: "256Mi" },
          max: { memory: "4Gi" },
        },
      ],
    },
  });
  const policy = { resources: { default: { requests: { memory: "200Mi" } } } };

  it.each([
    [
      "sees a policy's default go before its values",
      {},
      { requests: { cpu: "100m", memory: "200Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
    ],
    [
      "sees its limit give way to a larger request",
      { requests: { cpu: "2" } },
      { requests: { cpu: "2", memory: "200Mi" }, limits: { cpu: "2", memory: "512Mi" } },
    ],
    [
      "sees its request give way to a smaller limit",
      { limits: { memory: "128Mi" } },
      { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
    ],
    [
      "sees both give way where a step asks for both",
      { requests: { cpu: "50m" }, limits: { memory: "2Gi" } },
      { requests: { cpu: "50m", memory: "200Mi" }, limits: { cpu: "500m", memory: "2Gi" } },
    ],
  ])("%s", async (_about, asked, given) => {
    const namespace = await stepNamespace(podpecker(), { policy });
    await applyForTest(plane, limitRange(namespace));

    const { metadata, spec } = await seen(stepPod(namespace, { options: { resources: asked } }));

    expect(metadata?.annotations?.["kubernetes.io/limit-ranger"]).toContain("cpu, memory limit");
    expect(spec.containers[0]?.resources).toEqual(given);
  });

  it("has the last word: what is above its maximum is refused, whoever granted it", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });
    await applyForTest(plane, limitRange(namespace));

    const answer = await refusal(
      stepPod(namespace, { options: { resources: { limits: { memory: "8Gi" } } } }),
    );

    expect(answer).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("maximum memory usage per Container is 4Gi") as string },
    });
  });
});

describe("DefaultTolerationSeconds", () => {
  it("adds its two tolerations once, whatever a policy and a step add", async () => {
    const toleration = { key: "ci", operator: "Exists", effect: "NoSchedule" };
    const asked = { key: "gpu-a100", operator: "Exists", effect: "NoSchedule" };
    const namespace = await stepNamespace(podpecker(), { policy: { tolerations: { set: [toleration] } } });

    const { spec } = await seen(stepPod(namespace, { options: { tolerations: [asked] } }));

    const added = { operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 };
    expect(spec.tolerations).toEqual([
      { key: "node.kubernetes.io/not-ready", ...added },
      { key: "node.kubernetes.io/unreachable", ...added },
      toleration,
      asked,
    ]);
  });
});

describe("Priority", () => {
  it.each(["Never", "PreemptLowerPriority"])(
    "computes the numbers of the class that a policy sets; preemption policy %s",
    async (preemptionPolicy) => {
      // A name of its own: the plugin may still know the class of the test before.
      const name = `ci-${preemptionPolicy.toLowerCase()}`;
      const namespace = await stepNamespace(podpecker(), { policy: { priorityClassName: { set: name } } });
      await addPriorityClass(name, { value: -100, preemptionPolicy });

      const { spec } = await seen(stepPod(namespace));

      expect(spec).toMatchObject({ priorityClassName: name, priority: -100, preemptionPolicy });
    },
  );
});

describe("RuntimeClass", () => {
  const tolerations = [{ key: "sandbox", operator: "Exists", effect: "NoSchedule" }];
  const scheduling = { nodeSelector: { sandbox: "gvisor" }, tolerations };
  const gvisor = { overhead: { podFixed: { cpu: "250m" } }, scheduling };
  const runtimeClass = (name: string, members: object): object => ({
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name },
    handler: "runsc",
    ...members,
  });

  it("gives a Pod the overhead and the nodes of the class that a policy names", async () => {
    const namespace = await stepNamespace(podpecker(), {
      policy: { runtimeClassName: { default: "gvisor" } },
    });
    await applyForTest(plane, runtimeClass("gvisor", gvisor));

    const { spec } = await seen(stepPod(namespace, { options: { nodeSelector: { disk: "ssd" } } }));

    expect(spec).toMatchObject({
      runtimeClassName: "gvisor",
      overhead: { cpu: "250m" },
      nodeSelector: { disk: "ssd", sandbox: "gvisor" },
      tolerations: expect.arrayContaining(tolerations) as unknown[],
    });
  });

  it("gives a Pod the overhead of the class that replaces its creator's", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { runtimeClassName: { set: "gvisor" } } });
    const kata = { overhead: { podFixed: { cpu: "1", memory: "1Gi" } } };
    await applyForTest(plane, runtimeClass("gvisor", gvisor), runtimeClass("kata", kata));

    const { spec } = await seen(stepPod(namespace, { spec: { runtimeClassName: "kata" } }));

    expect(spec).toMatchObject({ runtimeClassName: "gvisor" });
    expect(spec.overhead).toEqual({ cpu: "250m" });
  });
});

describe("PodNodeSelector", () => {
  const annotations = { "scheduler.alpha.kubernetes.io/node-selector": "pool=ci" };

  it("joins the namespace's selector with what a step asks", async () => {
    const namespace = await stepNamespace(podpecker(), { annotations });

    const { spec } = await seen(stepPod(namespace, { options: { nodeSelector: { disk: "ssd" } } }));

    expect(spec.nodeSelector).toEqual({ disk: "ssd", pool: "ci" });
  });

  it("refuses a step that asks for other nodes than the namespace's", async () => {
    const namespace = await stepNamespace(podpecker(), { annotations });

    expect(await refusal(stepPod(namespace, { options: { nodeSelector: { pool: "gpu" } } }))).toMatchObject({
      status: 403,
      body: {
        message: expect.stringContaining("conflicts with its namespace node label selector") as string,
      },
    });
  });
});

describe("PodSecurity", () => {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };

  it("admits the Pod that the hardened example has made fit for the profile restricted", async () => {
    const { match, ...policy } = await hardened();
    expect(match).toHaveProperty("users");
    const namespace = await stepNamespace(podpecker(), { labels, policy });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ci-step", namespace } };
    await applyForTest(plane, account);
    await addPriorityClass("ci-low", { value: -100 });

    expect(await seen(stepPod(namespace))).toMatchObject({
      spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } },
    });
  });

  it("refuses the same Pod without that policy", async () => {
    const namespace = await stepNamespace(podpecker(), { labels });

    expect(await refusal(stepPod(namespace))).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('violates PodSecurity "restricted:latest"') as string },
    });
  });
});

/** Adds a class, and waits until the plugin has heard of it. */
async function addPriorityClass(name: string, members: object): Promise<void> {
  const metadata = { name };
  await applyForTest(plane, {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata,
    ...members,
  });
  const pod = stepPod("default", { spec: { priorityClassName: name } });
  await until("the PriorityClass is known", async () => {
    const { status } = await createPod(plane, pod, { isDryRun: true });
    return status === 201 || undefined;
  });
}

/** Its match names an agent and namespaces that are not here. */
async function hardened(): Promise<Record<string, unknown>> {
  const file = join(import.meta.dirname, "../../manifests/examples/policies/hardened.yaml");
  return parse(await readFile(file, "utf8")) as Record<string, unknown>; // A policy is a map.
}
