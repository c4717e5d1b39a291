import { onTestFinished } from "vitest";
import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { until } from "./control-plane/until.ts";
import { type Installation, NAME } from "./installation.ts";
import { policyConfigMap } from "./policy-config-map.ts";

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const Configuration = z.object({ webhooks: z.array(z.unknown()) });

/** Has policies written without anybody looking at them, for the length of a test. */
export async function withoutPolicyReviews(installation: Installation): Promise<void> {
  const { plane } = installation;
  const { body } = await call(plane, "GET", `${CONFIGURATIONS}/${NAME}`);
  const { webhooks } = Configuration.parse(body);
  onTestFinished(async () => {
    await call(plane, "POST", CONFIGURATIONS, { body: { metadata: { name: NAME }, webhooks } });
    await installation.untilInEffect();
  });
  await call(plane, "DELETE", `${CONFIGURATIONS}/${NAME}`);
  await until("a bad policy can be written", async () => {
    const path = `/api/v1/namespaces/${NAME}/configmaps?dryRun=All`;
    const { status } = await call(plane, "POST", path, { body: policyConfigMap("bad", "?") });
    return status === 201 || undefined;
  });
}
