import { describe, expect, it } from "vitest";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { describeEnd, endsSoon, leadsTo, readCertificates } from "#src/cli/doctor/certificates.ts";
import { base64, certificates, NOW } from "./healthy-view.ts";

const DAY = 24 * 60 * 60 * 1000;
const after = (days: number): Date => new Date(NOW.getTime() + days * DAY);
const parsed = (pem: string) => readCertificates(base64(pem)) ?? [];

describe("readCertificates", () => {
  it.each([
    { about: "two, with words between", text: `x\n${certificates.ca}y\n${certificates.cert}`, found: 2 },
    { about: "nothing", text: "", found: undefined },
    {
      about: "what is no certificate",
      text: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      found: undefined,
    },
    { about: "base64 twice", text: base64(certificates.ca), found: undefined },
    { about: "a key", text: certificates.key, found: undefined },
  ])("reads $about", ({ text, found }) => {
    expect(readCertificates(base64(text))?.length).toBe(found);
  });
});

describe("leadsTo", () => {
  it("checks signatures, and takes a certificate that is a root itself", async () => {
    const others = await createSelfSigned({ hosts: ["a"] });
    const [chain, roots] = [parsed(certificates.cert), parsed(certificates.ca)];

    expect(leadsTo(chain, [...parsed(others.ca), ...roots])).toBe(true);
    expect(leadsTo(chain, parsed(others.ca))).toBe(false);
    expect(leadsTo(chain, chain)).toBe(true);
    expect(leadsTo([...chain, ...roots], parsed(others.ca))).toBe(false);
    expect(leadsTo([...chain, ...parsed(others.cert), ...roots], roots)).toBe(true);
    expect(leadsTo([], roots)).toBe(false);
  });
});

describe("the end of a certificate", () => {
  const [ninetyDays] = parsed(certificates.cert);
  if (ninetyDays === undefined) throw new Error("no certificate");

  it.each([
    { now: NOW, says: "ends on 2026-08-29, in 89 days", soon: false },
    { now: after(75), says: "ends on 2026-08-29, in 14 days", soon: false },
    { now: after(77), says: "ends on 2026-08-29, in 12 days", soon: true },
    { now: after(88), says: "ends on 2026-08-29, in 1 day", soon: true },
    { now: after(89.5), says: "ends on 2026-08-29, within a day", soon: true },
    { now: after(91), says: "ended on 2026-08-29", soon: true },
  ])("at $now: $says", ({ now, says, soon }) => {
    expect(describeEnd(ninetyDays, now)).toBe(says);
    expect(endsSoon(ninetyDays, now)).toBe(soon);
  });

  it("comes soon for a short one only when it should have been renewed", async () => {
    const [short] = parsed((await createSelfSigned({ hosts: ["a"], now: NOW, lifetimeMs: DAY })).cert);

    expect(short && endsSoon(short, NOW)).toBe(false);
    expect(short && endsSoon(short, after(0.7))).toBe(false);
    expect(short && endsSoon(short, after(0.8))).toBe(true);
  });
});
