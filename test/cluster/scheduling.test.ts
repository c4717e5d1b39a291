import { expect, it } from "vitest";

import { applyForTest } from "./apply-for-test.ts";
import { type ApiObject, untilObject } from "./control-plane/until-object.ts";
import { createPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

const pathOf = ({ metadata: { namespace, name } }: StepPod): string =>
  `/api/v1/namespaces/${namespace}/pods/${name}`;

/** The Pod as the node has it that it runs on. */
async function run(pod: StepPod): Promise<ApiObject> {
  expect(await createPod(plane, pod)).toMatchObject({ status: 201 });
  return untilObject(plane, pathOf(pod), ({ status }) => status?.["phase"] === "Running");
}

it.each(["arm64", "amd64"])("runs a step for %s on a node for that", async (arch) => {
  const namespace = await stepNamespace(podpecker());

  const running = await run(
    stepPod(namespace, {
      options: { nodeSelector: { "kubernetes.io/arch": "${ARCH}" } },
      container: { env: [{ name: "ARCH", value: arch }] },
    }),
  );

  expect(running.spec).toMatchObject({ nodeName: arch });
});

it("runs a step that names no architecture on a node of its agent's platform", async () => {
  const namespace = await stepNamespace(podpecker());

  const running = await run(stepPod(namespace, { annotations: { "podpecker.dev/platform": "linux/arm64" } }));

  expect(running.spec).toMatchObject({ nodeName: "arm64" });
});

const onGpu = (namespace: string): StepPod =>
  stepPod(namespace, {
    options: {
      resources: { limits: { "nvidia.com/gpu": 1 } },
      tolerations: [{ key: "gpu-a100", operator: "Exists", effect: "NoSchedule" }],
    },
  });

it("runs a step that may tolerate the taint of the GPU node there", async () => {
  const namespace = await stepNamespace(podpecker(), {
    policy: { tolerations: { fromStep: [{ key: "gpu-*", effect: "NoSchedule" }] } },
  });

  expect((await run(onGpu(namespace))).spec).toMatchObject({ nodeName: "gpu" });
});

it("keeps a step from the GPU node that may not tolerate its taint", async () => {
  const namespace = await stepNamespace(podpecker(), { policy: { tolerations: { fromStep: false } } });

  const { status, warnings } = await createPod(plane, onGpu(namespace));

  expect(status).toBe(201);
  expect(warnings).toEqual([expect.stringContaining("is not granted")]);
  const pending = await untilObject(plane, pathOf(onGpu(namespace)), (seen) =>
    JSON.stringify(seen.status).includes('"Unschedulable"'),
  );
  expect(pending.status).toMatchObject({
    phase: "Pending",
    conditions: [{ message: expect.stringContaining("1 node(s) had untolerated taint") as string }],
  });
});

it("gives the node the pull secret, and the claim that the step may mount", async () => {
  const namespace = await stepNamespace(podpecker(), {
    policy: { imagePullSecrets: { set: ["regcred"] }, volumes: { fromStep: ["*-cache"] } },
  });
  await applyForTest(plane, volumeFor(namespace), claimIn(namespace));

  const running = await run(stepPod(namespace, { options: { volumes: ["go-cache:/go:ro"] } }));

  expect(running.spec).toMatchObject({
    nodeName: expect.any(String) as string,
    imagePullSecrets: [{ name: "regcred" }],
    volumes: expect.arrayContaining([
      { name: "go-cache", persistentVolumeClaim: { claimName: "go-cache" } },
    ]) as unknown[],
    containers: [
      {
        volumeMounts: expect.arrayContaining([
          { name: "go-cache", mountPath: "/go", readOnly: true },
        ]) as unknown[],
      },
    ],
  });
  const claim = await untilObject(
    plane,
    `/api/v1/namespaces/${namespace}/persistentvolumeclaims/go-cache`,
    ({ status }) => status?.["phase"] === "Bound",
  );
  expect(claim.spec).toMatchObject({ volumeName: namespace });
});

const size = { storage: "1Gi" };
const accessModes = ["ReadWriteMany"];

/** Nobody provisions volumes here; this one waits for the claim. */
const volumeFor = (name: string): object => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: { capacity: size, accessModes, hostPath: { path: "/var/cache/go" }, storageClassName: "" },
});

const claimIn = (namespace: string): object => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "go-cache", namespace },
  spec: { resources: { requests: size }, accessModes, storageClassName: "", volumeName: namespace },
});
