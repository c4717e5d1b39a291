import { X509Certificate } from "node:crypto";

import { expect, it } from "vitest";
import { z } from "zod";

import { readBundle } from "#src/adapters/tls/ca-bundle.ts";
import { call } from "./control-plane/call.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";

const plane = sharedPlane();
installed(plane, 2);

const SECRET = "/api/v1/namespaces/podpecker/secrets/podpecker-tls";
const CONFIGURATIONS = ["mutating", "validating"].map(
  (kind) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/podpecker`,
);

const Configuration = z.object({
  webhooks: z.array(z.object({ clientConfig: z.object({ caBundle: z.string() }) })),
});

const decode = (text = ""): string => Buffer.from(text, "base64").toString();

/** The CAs that each webhook of both configurations trusts. */
async function trusted(): Promise<readonly string[][]> {
  const read = await Promise.all(CONFIGURATIONS.map((path) => call(plane, "GET", path)));
  return read
    .flatMap(({ body }) => Configuration.parse(body).webhooks)
    .map(({ clientConfig }) =>
      readBundle(decode(clientConfig.caBundle)).map(({ fingerprint }) => fingerprint),
    );
}

it("is one that all replicas share, made by the first, and trusted by both configurations", async () => {
  const { data = {} } = await untilObject(plane, SECRET, () => true);

  const [authority] = readBundle(decode(data["ca.crt"]));
  const certificate = new X509Certificate(decode(data["tls.crt"]));
  expect(certificate.checkHost("podpecker.podpecker.svc")).toBe("podpecker.podpecker.svc");
  expect(authority === undefined || certificate.verify(authority.certificate.publicKey)).toBe(true);
  expect(await trusted()).toEqual([[authority?.fingerprint], [authority?.fingerprint]]);
  expect(Object.keys(data).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
});
