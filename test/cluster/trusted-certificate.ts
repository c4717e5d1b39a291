import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { succeed } from "./succeed.ts";

/** The words with files for a certificate in place of a Secret's; the API server believes it for the shipped Service. */
export async function withTrustedCertificate(
  plane: ControlPlane,
  words: readonly string[],
): Promise<readonly string[]> {
  const { ca, cert, key } = await createSelfSigned({ hosts: ["podpecker.podpecker.svc"] });
  const certFile = join(plane.directory, "podpecker.crt");
  const keyFile = join(plane.directory, "podpecker.key");
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const value = Buffer.from(ca).toString("base64");
  const patch = JSON.stringify([{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value }]);
  for (const kind of ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"])
    await succeed(plane, ["patch", kind, "podpecker", "--type=json", `--patch=${patch}`]);
  const secret = words.indexOf("--certificate-secret");
  return [...words.toSpliced(secret, secret < 0 ? 0 : 2), "--tls-cert", certFile, "--tls-key", keyFile];
}
