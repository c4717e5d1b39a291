import { call } from "../control-plane/call.ts";
import { until } from "../control-plane/until.ts";
import { type Installation } from "../installation.ts";
import { servedCertificate } from "../served-certificate.ts";
import { trustedAuthorities } from "../trusted-authorities.ts";

const SECRET = "/api/v1/namespaces/podpecker/secrets/podpecker-tls";

/** Fingerprints of what was served before, while both CAs were trusted already, and after. */
export interface Rotation {
  readonly before: readonly string[];
  readonly between: readonly string[];
  readonly after: readonly string[];
}

/** Has the replicas make a new certificate, by deleting the Secret, and waits until all behind the Service serve it. */
export async function rotateCertificate(installation: Installation): Promise<Rotation> {
  const { plane } = installation;
  const served = async (): Promise<string[]> => [
    ...new Set(await Promise.all(installation.replicas.map(servedCertificate))),
  ];
  const before = await served();
  const trusted = await trustedAuthorities(plane);
  await call(plane, "DELETE", SECRET);
  await until("both configurations trust one CA more", async () => {
    const now = await trustedAuthorities(plane);
    return now.every((bundle, index) => bundle.length > (trusted[index]?.length ?? 0)) || undefined;
  });
  const between = await served();
  const after = await until("a new certificate is served by all", async () => {
    const now = await served();
    return now.length === 1 && !now.some((fingerprint) => before.includes(fingerprint)) ? now : undefined;
  });
  return { before, between, after };
}
