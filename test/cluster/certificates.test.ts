import { X509Certificate } from "node:crypto";

import { expect, it } from "vitest";

import { readBundle } from "#src/adapters/tls/ca-bundle.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

const plane = sharedPlane();
installed(plane, 2);

const SECRET = "/api/v1/namespaces/podpecker/secrets/podpecker-tls";

const decode = (text = ""): string => Buffer.from(text, "base64").toString();

it("is one that all replicas share, made by the first, and trusted by both configurations", async () => {
  const { data = {} } = await untilObject(plane, SECRET, () => true);

  const [authority] = readBundle(decode(data["ca.crt"]));
  const certificate = new X509Certificate(decode(data["tls.crt"]));
  expect(certificate.checkHost("podpecker.podpecker.svc")).toBe("podpecker.podpecker.svc");
  expect(authority === undefined || certificate.verify(authority.certificate.publicKey)).toBe(true);
  // One webhook that changes Pods, one that judges them, one for policies.
  const trusted = [authority?.fingerprint];
  expect(await trustedAuthorities(plane)).toEqual([trusted, trusted, trusted]);
  expect(Object.keys(data).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
});
