import { describe, expect, it } from "vitest";

import { kubectl } from "./control-plane/kubectl.ts";
import { until } from "./control-plane/until.ts";
import { createdPod, createPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const podpecker = installed(plane, 2);

describe("what a policy in a cluster refused", () => {
  it("has one Event on its ConfigMap, whichever replica refused it and to how many Pods", async () => {
    const policy = { serviceAccountName: { fromStep: ["ci-*"] } };
    const namespace = await stepNamespace(podpecker(), { policy });
    const asking = (name: string) => stepPod(namespace, { name, options: { serviceAccountName: "root" } });

    await createPod(plane, asking("dry"), { isDryRun: true });
    for (const name of ["one", "two", "three"]) await createdPod(plane, asking(name));

    const told = await until("an Event", async () => {
      const { stdout } = await kubectl(plane, ["describe", "configmap", namespace, "--namespace=podpecker"]);
      return /\nEvents:\n[^]*StepRefused[^]*/.exec(stdout)?.[0];
    });
    expect(told.match(/StepRefused/g)).toHaveLength(1);
    expect(told).toMatch(new RegExp(`Pod ${namespace}/(?:one|two|three), created by `));
    expect(told).toContain(`(podpecker/${namespace}#/serviceAccountName/fromStep)`);
  });
});
