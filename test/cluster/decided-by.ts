import jsonPatch from "fast-json-patch";
import { z } from "zod";

import { askReplica } from "./ask-replica.ts";
import { type Replica } from "./control-plane/replica.ts";
import { type StepPod } from "./step-pod.ts";

const Answer = z.object({ response: z.object({ allowed: z.literal(true), patch: z.string().optional() }) });
const Patch = z.array(z.custom<jsonPatch.Operation>());

/** What a replica makes of a Pod when it is asked by no API server. */
export async function decidedBy(replica: Replica, object: StepPod): Promise<StepPod> {
  const request = {
    uid: "0",
    kind: { group: "", version: "v1", kind: "Pod" },
    operation: "CREATE",
    namespace: object.metadata.namespace,
    object,
  };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  const { body } = await askReplica(replica, "/mutate", review);
  const { patch } = Answer.parse(body).response;
  if (patch === undefined) return object;
  const operations = Patch.parse(JSON.parse(Buffer.from(patch, "base64").toString()));
  return jsonPatch.applyPatch(structuredClone(object), operations).newDocument;
}
