import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";

import { CertificateError } from "#src/adapters/tls/certificate-error.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";

describe("a development certificate", () => {
  it("is signed by its CA and good for the hosts, names and addresses alike", async () => {
    const now = new Date("2026-01-01T00:00:00Z");
    const hosts = ["podpecker.podpecker.svc", "*.example.com", "localhost", "127.0.0.1", "::1", "localhost"];

    const { ca, cert, key } = await createSelfSigned({ hosts, now, lifetimeMs: 90_000 });
    const [authority, leaf] = [new X509Certificate(ca), new X509Certificate(cert)];

    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect([authority.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.checkHost("podpecker.podpecker.svc")).toBeDefined();
    expect(leaf.checkHost("a.example.com")).toBeDefined();
    expect(leaf.checkIP("127.0.0.1")).toBeDefined();
    expect(leaf.checkIP("::1")).toBeDefined();
    expect(leaf.checkHost("other")).toBeUndefined();
    expect(leaf.subjectAltName?.match(/localhost/g)).toHaveLength(1);
    expect(new Date(leaf.validFrom)).toEqual(new Date("2025-12-31T23:55:00Z"));
    expect(new Date(leaf.validTo)).toEqual(new Date("2026-01-01T00:01:30Z"));
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(createPrivateKey(key).asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  });

  it("lasts a year where nothing is said", async () => {
    const { cert } = await createSelfSigned({ hosts: ["a"], now: new Date("2026-01-01T00:00:00Z") });

    expect(new Date(new X509Certificate(cert).validTo)).toEqual(new Date("2027-01-01T00:00:00Z"));
  });

  it("has a CA unlike any other, called as it was asked", async () => {
    const made = await Promise.all([1, 2].map(() => createSelfSigned({ hosts: ["a"], authority: "My CA" })));
    const [one, two] = made.map(({ ca }) => new X509Certificate(ca).subject);

    expect(one).toMatch(/^CN=My CA [0-9a-f]{8}$/);
    expect(one).not.toBe(two);
  });

  it.each([
    { hosts: [], message: /at least one host/ },
    { hosts: ["https://a.b/"], message: /^"https:\/\/a\.b\/": neither/ },
    {
      hosts: ["ok", "a:80", "a b", "", "-a", "fe80::1%eth0"],
      message: /^"a:80", "a b", "", "-a", "fe80::1%eth0": /,
    },
    { hosts: [`${"a".repeat(64)}.b`], message: /neither a DNS name/ },
  ])("is not made for $hosts", async ({ hosts, message }) => {
    await expect(createSelfSigned({ hosts })).rejects.toBeInstanceOf(CertificateError);
    await expect(createSelfSigned({ hosts })).rejects.toThrow(message);
  });
});
