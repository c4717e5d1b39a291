import { describe, expect, it } from "vitest";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { certificateTerms } from "#src/cli/serve/certificate-terms.ts";

const names = ["podpecker.ci.svc", "podpecker.ci.svc.cluster.local", "podpecker.ci", "podpecker"];
const wishes = { service: "podpecker", namespace: "ci", host: "::1", lifetimeMs: 60_000 };

describe("the terms of a certificate", () => {
  it.each([
    { host: "0.0.0.0", hosts: names },
    { host: "::", hosts: names },
    { host: "localhost", hosts: names },
    { host: "127.0.0.1", hosts: [...names, "127.0.0.1"] },
    { host: "fd00::1", hosts: [...names, "fd00::1"] },
  ])("name the Service, and $host where that is an address to call", ({ host, hosts }) => {
    expect(certificateTerms({ ...wishes, host }).hosts).toEqual(hosts);
  });

  it("name hosts that can all stand in a certificate", async () => {
    await expect(createSelfSigned({ hosts: certificateTerms(wishes).hosts })).resolves.toBeDefined();
  });

  it.each([
    { lifetimeMs: 7_776_000_000, settleMs: 30_000 },
    { lifetimeMs: 60_000, settleMs: 6_000 },
  ])("wait for API servers for $settleMs ms in a life of $lifetimeMs ms", ({ lifetimeMs, settleMs }) => {
    expect(certificateTerms({ ...wishes, lifetimeMs })).toMatchObject({ lifetimeMs, settleMs });
  });
});
