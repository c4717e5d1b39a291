import { expect, it } from "vitest";

import { until } from "./control-plane/until.ts";
import { createdPod } from "./create-pod.ts";
import { MANIFESTS } from "./rendered.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";
import { succeed } from "./succeed.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

it("is turned off by one command, and on again by what installs it, as docs/install.md says", async () => {
  const namespace = await stepNamespace(podpecker());
  const isDecided = async (): Promise<boolean> => {
    const { metadata } = await createdPod(plane, stepPod(namespace), { isDryRun: true });
    return metadata?.annotations?.["podpecker.dev/applied"] !== undefined;
  };
  expect(await isDecided()).toBe(true);

  await succeed(plane, [
    "delete",
    "mutatingwebhookconfiguration,validatingwebhookconfiguration",
    "podpecker",
  ]);
  await until("Pods are created as they are sent", async () => !(await isDecided()) || undefined);
  await succeed(plane, ["apply", "-k", `${MANIFESTS}/base`]);

  await podpecker().untilInEffect();
  expect(await isDecided()).toBe(true);
});
