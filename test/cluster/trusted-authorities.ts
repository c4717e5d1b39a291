import { z } from "zod";

import { readBundle } from "#src/adapters/tls/ca-bundle.ts";
import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";

const CONFIGURATIONS = ["mutating", "validating"].map(
  (kind) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/podpecker`,
);

const Configuration = z.object({
  webhooks: z.array(z.object({ clientConfig: z.object({ caBundle: z.string() }) })),
});

/** Fingerprints of the CAs that each webhook of both configurations trusts. */
export async function trustedAuthorities(plane: ControlPlane): Promise<readonly string[][]> {
  const read = await Promise.all(CONFIGURATIONS.map((path) => call(plane, "GET", path)));
  return read
    .flatMap(({ body }) => Configuration.parse(body).webhooks)
    .map(({ clientConfig }) =>
      readBundle(Buffer.from(clientConfig.caBundle, "base64").toString()).map(
        ({ fingerprint }) => fingerprint,
      ),
    );
}
