import { describe, expect, it } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { createdPod, createPod } from "./create-pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

// Whatever no gate grants denies the Pod: what the API server itself writes must not be among it.
const policy = {
  trustPod: false,
  onRefusal: "deny",
  nodeSelector: { fromStep: false },
  tolerations: { fromStep: false },
  resources: { fromStep: false },
  securityContext: { fromStep: false },
};

const plain = (namespace: string, parts: { container?: object; spec?: object } = {}): StepPod => {
  const pod = stepPod(namespace, { name: NAME, ...parts });
  return { ...pod, metadata: { ...pod.metadata, annotations: {} } };
};

const NAME = "wp-01k4qx5t7eq3d8nw5m2r6t9y0a";

/** What was written into the Pod, or taken out; another policy gives requests. */
const appliedOf = ({ metadata }: Pod): string => metadata?.annotations?.["podpecker.dev/applied"] ?? "";

describe("a Pod that is not trusted", () => {
  it("is none the worse for what the API server and its plugins wrote into it", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });

    const pod = await createdPod(plane, plain(namespace), { isDryRun: true });

    expect(pod.spec).toMatchObject({ serviceAccountName: "default", serviceAccount: "default" });
    expect(JSON.stringify(pod.spec)).toContain("kube-api-access-");
    expect(JSON.stringify(pod.spec.tolerations)).toContain("node.kubernetes.io/unreachable");
    expect(appliedOf(pod)).not.toContain("fromStep");
    expect(appliedOf(pod)).not.toContain("trustPod");
  });

  it("keeps what a LimitRange gives it, and not what only looks like that", async () => {
    const namespace = await stepNamespace(podpecker(), { policy });
    const usual = { type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m" } };
    await applyForTest(plane, {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "usual", namespace },
      spec: { limits: [usual] },
    });

    const pod = await createdPod(plane, plain(namespace), { isDryRun: true });
    const greedy = plain(namespace, { container: { resources: { limits: { cpu: "4" } } } });
    const refused = await createPod(plane, greedy, { isDryRun: true });

    expect(pod.spec.containers[0]?.resources).toMatchObject({
      limits: { cpu: "500m" },
      requests: { cpu: "100m" },
    });
    expect(refused).toMatchObject({ status: 403 });
  });

  it.each([
    { about: "its node's network", spec: { hostNetwork: true }, told: "spec.hostNetwork" },
    { about: "its node", spec: { nodeName: "amd64" }, told: "spec.nodeName" },
    {
      about: "files of its node",
      spec: { volumes: [{ name: "a", hostPath: { path: "/" } }] },
      told: "spec.volumes[",
    },
  ])("is denied where it wants $about", async ({ spec, told }) => {
    const namespace = await stepNamespace(podpecker(), { policy });

    expect(await createPod(plane, plain(namespace, { spec }), { isDryRun: true })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining(told) as string },
    });
  });

  it("is given the right token where the account that it names is not granted", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { trustPod: false } });
    await applyForTest(plane, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "deployer", namespace },
    });

    const pod = await createdPod(plane, plain(namespace, { spec: { serviceAccountName: "deployer" } }), {
      isDryRun: true,
    });

    expect(pod.spec).toMatchObject({ serviceAccountName: "default", serviceAccount: "default" });
    expect(pod.spec.volumes?.filter(({ name }) => name.startsWith("kube-api-access-"))).toHaveLength(1);
  });
});
