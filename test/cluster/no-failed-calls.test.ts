import { expect, it, onTestFinished } from "vitest";

import { setLoadPolicy } from "./load/load-policy.ts";
import { PodLoad } from "./load/pod-load.ts";
import { replaceReplica } from "./load/replace-replica.ts";
import { rotateCertificate } from "./load/rotate-certificate.ts";
import { webhookFailures } from "./load/webhook-failures.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";

const plane = sharedPlane();
// The delay is longer than it takes here until a replica that stops is taken from behind the Service. Of a short life, less
// is spent on waiting until every API server can have heard of a new CA.
const WORDS = ["--shutdown-delay", "2", "--certificate-lifetime", "2m"];
const installation = installed(plane, 2, WORDS);
const STEADY = 100;

interface Load {
  readonly load: PodLoad;
  readonly namespace: string;
}

/** A load on a namespace whose policy has version v1, until the test ends. */
async function startLoad(): Promise<Load> {
  const namespace = await stepNamespace(installation());
  await setLoadPolicy(installation(), namespace, "v1");
  const load = new PodLoad(plane, { namespaces: [namespace], phase: "steady", versions: ["v1"] });
  onTestFinished(() => load.stop());
  await load.more(STEADY);
  return { load, namespace };
}

async function changeTheRest(namespace: string): Promise<void> {
  await setLoadPolicy(installation(), namespace, "v2");
  await replaceReplica(installation(), WORDS);
}

it("fails no call and leaves no Pod as it is, whatever is replaced meanwhile", async () => {
  const failures = await webhookFailures(plane);
  const { load, namespace } = await startLoad();

  load.versions = ["v1", "v2"];
  const [rotation] = await Promise.all([rotateCertificate(installation()), changeTheRest(namespace)]);
  load.versions = ["v2"];
  await load.more(STEADY);
  await load.stop();

  expect(load.troubles).toEqual([]);
  expect(await webhookFailures(plane)).toEqual(failures);
  // The new certificate was served after its CA was trusted, by all.
  expect(rotation.between).toEqual(rotation.before);
  expect(rotation.after).not.toEqual(rotation.before);
});
