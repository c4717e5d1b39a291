import { expect, it, onTestFinished } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { until } from "./control-plane/until.ts";
import { createPod, createdPod } from "./create-pod.ts";
import { BASE } from "./installation.ts";
import { installed } from "./installed.ts";
import { otherWebhook } from "./other-webhook.ts";
import { MANIFESTS } from "./rendered.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";
import { succeed } from "./succeed.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

const policy = {
  labels: { set: { ci: "woodpecker" } },
  resources: { max: { cpu: "2" } },
  securityContext: { set: { allowPrivilegeEscalation: false } },
};
const options = { resources: { limits: { cpu: "1" } } };

/** Has Pods judged after all webhooks, until the test ends. */
async function validateCreations(): Promise<void> {
  onTestFinished(async () => {
    await succeed(plane, ["apply", "-k", BASE]);
  });
  await succeed(plane, ["apply", "-k", `${MANIFESTS}/overlays/validate-creations`]);
}

/** Another webhook, called after Podpecker by the order of names, and once more when Podpecker was: it has the last word. */
async function rival(namespace: string, patchFor: (pod: Pod) => readonly object[]): Promise<void> {
  await otherWebhook(plane, { name: "z-rival", namespace, patchFor, reinvocationPolicy: "IfNeeded" });
}

it.each([
  {
    title: "a label that is set",
    patch: { op: "replace", path: "/metadata/labels/ci", value: "other" },
    told: 'metadata.labels.ci: "other" is not what the policy says, "woodpecker"',
  },
  {
    title: "a bound, over less that the step asked",
    patch: { op: "replace", path: "/spec/containers/0/resources/limits/cpu", value: "20" },
    told: "spec.containers[0].resources.limits.cpu: ",
  },
  {
    title: "the security settings",
    patch: { op: "remove", path: "/spec/containers/0/securityContext/allowPrivilegeEscalation" },
    told: "spec.containers[0].securityContext.allowPrivilegeEscalation: is missing",
  },
])("refuses a Pod where another webhook has the last word about $title", async ({ patch, told }) => {
  const namespace = await stepNamespace(podpecker(), { policy });
  await rival(namespace, () => [patch]);
  const create = () => createPod(plane, stepPod(namespace, { options }), { isDryRun: true });
  await until("the other webhook has its way", async () => {
    const { status, body } = await create();
    return (status === 201 && isOverwritten(body, patch.value)) || undefined;
  });

  await validateCreations();

  const message = await until("the Pod is refused", async () => {
    const { status, body } = await create();
    return status === 403 ? JSON.stringify(body) : undefined;
  });
  expect(message).toContain('admission webhook \\"pod-validation.podpecker.dev\\" denied the request');
  expect(message).toContain(JSON.stringify(told).slice(1, -1));
});

/** Whether the value stands in the Pod that was created; without one, whether nothing was kept from escalating. */
function isOverwritten(body: unknown, value: string | undefined): boolean {
  const text = JSON.stringify(body);
  return value === undefined ? !text.includes('"allowPrivilegeEscalation":') : text.includes(`"${value}"`);
}

it("lets pass what is decided about, and what another webhook adds beside it", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });
  await rival(namespace, ({ metadata }) =>
    metadata?.labels?.["team"] === undefined
      ? [{ op: "add", path: "/metadata/labels/team", value: "a" }]
      : [],
  );
  await validateCreations();
  await until("the other webhook is called, and Pods are judged", async () => {
    const { metadata } = await createdPod(plane, stepPod(namespace, { options }), { isDryRun: true });
    return metadata?.labels?.["team"];
  });

  const { metadata } = await createdPod(plane, stepPod(namespace, { options }));

  expect(metadata?.labels).toMatchObject({ ci: "woodpecker", team: "a" });
});
