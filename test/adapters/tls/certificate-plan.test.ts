import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";

import { AUTHORITY, readBundle, writeBundle } from "#src/adapters/tls/ca-bundle.ts";
import { planSecret, type SecretPlan } from "#src/adapters/tls/certificate-plan.ts";
import { readCertificateSecret, type SecretContent } from "#src/adapters/tls/certificate-secret.ts";
import { type Certificates, createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:00Z");
const terms = { hosts: ["p.ns.svc", "127.0.0.1"], lifetimeMs: 60 * MINUTE, settleMs: 5 * MINUTE };

const make = (minute: number, hosts = terms.hosts, authority = AUTHORITY): Promise<Certificates> =>
  createSelfSigned({
    hosts,
    now: new Date(START + minute * MINUTE),
    lifetimeMs: terms.lifetimeMs,
    authority,
  });

const [old, young, made, narrow, foreign] = await Promise.all([
  make(0),
  make(40),
  make(50),
  make(40, ["other.ns.svc"]),
  make(0, terms.hosts, "Somebody's CA"),
]);

/** What the parts of a scene are called in the tables. */
const names = new Map(
  Object.entries({ old, young, made, narrow, foreign }).flatMap(([name, { ca, cert }]) => [
    [new X509Certificate(ca).fingerprint256, name],
    [cert, name],
  ]),
);
const nameOf = (cert: string | undefined): string | undefined =>
  cert === undefined || cert === "" ? undefined : (names.get(cert) ?? cert);

const tls = ({ cert, key }: Certificates) => ({ "tls.crt": cert, "tls.key": key });
const next = ({ cert, key }: Certificates) => ({ "next.crt": cert, "next.key": key });
const bundle = (...certificates: readonly Certificates[]): string =>
  certificates.map(({ ca }) => ca).join("");
const trust = (...certificates: readonly Certificates[]) => ({ "ca.crt": bundle(...certificates) });

interface Case {
  readonly title: string;
  readonly content?: Partial<SecretContent>;
  /** What each configuration trusts, and for how many minutes it is known to. */
  readonly seen?: readonly { readonly bundle: string; readonly minutes?: number }[];
  readonly minute: number;
  readonly lifetimeMs?: number;
  readonly expected: object;
}

function plan({ content = {}, seen = [], minute, lifetimeMs = terms.lifetimeMs }: Case): SecretPlan {
  const certificates = readCertificateSecret(content, "Secret");
  const configurations = seen.map(({ bundle: pem, minutes = 0 }) => ({
    trusted: [readBundle(pem)],
    unchangedMs: minutes * MINUTE,
  }));
  return planSecret({ certificates, configurations, now: START + minute * MINUTE }, { ...terms, lifetimeMs });
}

/** A plan in the words of the tables. */
function wordsOf(planned: SecretPlan): object {
  if (planned.step === "rest") return { step: "rest", minutes: planned.forMs / MINUTE };
  const content = planned.step === "issue" ? planned.contentWith(made) : planned.content;
  return {
    step: planned.step,
    tls: nameOf(content["tls.crt"]),
    next: nameOf(content["next.crt"]),
    trusted: readBundle(content["ca.crt"]).map(({ fingerprint }) => names.get(fingerprint)),
  };
}

const issued = (current: string | undefined, ...trusted: readonly string[]): object => ({
  step: "issue",
  tls: current,
  next: "made",
  trusted: [...(current === undefined ? [] : [current]), "made", ...trusted],
});
const issuedAtOnce = (...trusted: readonly string[]): object => ({
  step: "issue",
  tls: "made",
  next: undefined,
  trusted: ["made", ...trusted],
});
const rotating = { ...tls(old), ...next(young), ...trust(old, young) };

describe("the plan for a Secret", () => {
  it.each<Case>([
    { title: "makes the first pair, to be served at once", minute: 50, expected: issuedAtOnce() },
    {
      title: "makes the first pair where configurations trust nobody yet",
      seen: [{ bundle: "" }, { bundle: "no certificate" }],
      minute: 50,
      expected: issuedAtOnce(),
    },
    {
      title: "fills a Secret that somebody made empty",
      content: { "tls.crt": "", "tls.key": "" },
      minute: 50,
      expected: issuedAtOnce(),
    },
    {
      title:
        "serves the pair for a Secret that is gone only when it is trusted, since replicas go on without it",
      seen: [{ bundle: "" }, { bundle: bundle(old) }],
      minute: 50,
      expected: issued(undefined, "old"),
    },
    {
      title: "waits alike while another's CA is trusted, who may be serving, but does not pass that on",
      seen: [{ bundle: bundle(foreign) }],
      minute: 50,
      expected: issued(undefined),
    },
    {
      title: "waits for nobody where all that is trusted has ended",
      seen: [{ bundle: bundle(old) }],
      minute: 61,
      expected: issuedAtOnce("old"),
    },
    {
      title: "rests until two thirds of the life are over",
      content: { ...tls(old), ...trust(old) },
      minute: 10,
      expected: { step: "rest", minutes: 30 },
    },
    {
      title: "renews at two thirds of the life",
      content: { ...tls(old), ...trust(old) },
      minute: 40,
      expected: issued("old"),
    },
    {
      title: "renews earlier where a shorter life is wanted now",
      content: { ...tls(old), ...trust(old) },
      lifetimeMs: 15 * MINUTE,
      minute: 10,
      expected: issued("old"),
    },
    {
      title: "does not renew later where a longer life is wanted",
      content: { ...tls(old), ...trust(old) },
      lifetimeMs: 600 * MINUTE,
      minute: 40,
      expected: issued("old"),
    },
    {
      title: "replaces at once what has ended",
      content: { ...tls(old), ...trust(old) },
      seen: [{ bundle: bundle(old, foreign) }],
      minute: 60,
      expected: issuedAtOnce("old"),
    },
    {
      title: "replaces what is not valid for long yet, by a clock that was wrong",
      content: { ...tls(young), ...trust(young) },
      seen: [{ bundle: bundle(young) }],
      minute: 0,
      expected: { step: "issue", tls: "young", next: "made", trusted: ["young", "made"] },
    },
    {
      title: "replaces a pair of two halves, and forgets it",
      content: { "tls.crt": old.cert, "tls.key": young.key, ...trust(old) },
      minute: 10,
      expected: issued(undefined, "old"),
    },
    {
      title: "replaces what is no certificate",
      content: { "tls.crt": "garbage", "tls.key": "garbage" },
      minute: 10,
      expected: issuedAtOnce(),
    },
    {
      title: "replaces a pair whose CA is gone, and finds the CA where it is trusted",
      content: { ...tls(old), "ca.crt": "" },
      seen: [{ bundle: bundle(old, foreign) }],
      minute: 10,
      expected: { step: "issue", tls: "old", next: "made", trusted: ["made", "old"] },
    },
    {
      title: "replaces a pair for other hosts",
      content: { ...tls(narrow), ...trust(narrow) },
      minute: 45,
      expected: issued("narrow"),
    },
    {
      title: "promotes what all have trusted for long enough",
      content: rotating,
      seen: [
        { bundle: bundle(young, old), minutes: 5 },
        { bundle: bundle(old, young, foreign), minutes: 60 },
      ],
      minute: 45,
      expected: { step: "promote", tls: "young", next: undefined, trusted: ["young", "old"] },
    },
    {
      title: "rests until all have trusted it for long enough",
      content: rotating,
      seen: [
        { bundle: bundle(young, old), minutes: 2 },
        { bundle: bundle(young), minutes: 6 },
      ],
      minute: 45,
      expected: { step: "rest", minutes: 3 },
    },
    {
      title: "does not promote what one does not trust",
      content: rotating,
      seen: [
        { bundle: bundle(young, old), minutes: 9 },
        { bundle: bundle(old), minutes: 9 },
      ],
      minute: 45,
      expected: { step: "rest", minutes: 20 },
    },
    {
      title: "does not promote where there is no configuration, which may come yet",
      content: rotating,
      minute: 45,
      expected: { step: "rest", minutes: 20 },
    },
    {
      title: "does not promote what is not valid yet by its own clock",
      content: rotating,
      seen: [{ bundle: bundle(young, old), minutes: 9 }],
      minute: 34,
      expected: { step: "rest", minutes: 1 },
    },
    {
      title: "promotes at once when the old one has ended, whatever is trusted",
      content: rotating,
      seen: [{ bundle: bundle(old) }],
      minute: 60,
      expected: { step: "promote", tls: "young", next: undefined, trusted: ["young", "old"] },
    },
    {
      title: "promotes at once where nobody serves",
      content: { "tls.crt": "", "tls.key": "", ...next(young), ...trust(young) },
      seen: [{ bundle: bundle(young) }],
      minute: 45,
      expected: { step: "promote", tls: "young", next: undefined, trusted: ["young"] },
    },
    {
      title: "promotes nothing at once while the Secret itself knows of another one",
      content: { "tls.crt": "garbage", "tls.key": "", ...next(young), ...trust(old, young) },
      seen: [{ bundle: "" }],
      minute: 45,
      expected: { step: "rest", minutes: 5 },
    },
    {
      title: "makes another one when the next one ended before it was trusted",
      content: { ...tls(young), ...next(old), ...trust(old, young) },
      minute: 80,
      expected: { step: "issue", tls: "young", next: "made", trusted: ["young", "made"] },
    },
    {
      title: "makes another one when the next one is for other hosts",
      content: { ...tls(old), ...next(narrow), ...trust(old, narrow) },
      minute: 45,
      expected: issued("old", "narrow"),
    },
    {
      title: "does not miss a next one that is broken before it is needed",
      content: { ...tls(old), "next.crt": young.cert, "next.key": "garbage", ...trust(old, young) },
      minute: 10,
      expected: { step: "prune", tls: "old", next: undefined, trusted: ["old", "young"] },
    },
    {
      title: "keeps a CA for as long as a clock may be slow",
      content: { ...tls(young), ...trust(young, old) },
      minute: 64,
      expected: { step: "rest", minutes: 1 },
    },
    {
      title: "forgets a CA that is over",
      content: { ...tls(young), ...trust(young, old) },
      seen: [{ bundle: bundle(young, old) }],
      minute: 65,
      expected: { step: "prune", tls: "young", next: undefined, trusted: ["young"] },
    },
    {
      title: "does not miss a next one that ended before it is needed",
      content: { ...tls(young), ...next(old), ...trust(old, young) },
      minute: 70,
      expected: { step: "prune", tls: "young", next: undefined, trusted: ["young"] },
    },
    {
      title: "keeps what somebody else put into ca.crt, while it lasts",
      content: { ...tls(young), ...trust(young, old, foreign, narrow) },
      minute: 64,
      expected: { step: "rest", minutes: 1 },
    },
  ])("$title", (scene) => {
    expect(wordsOf(plan(scene))).toEqual(scene.expected);
  });

  it("asks for the hosts that are wanted now", () => {
    const planned = plan({ title: "", content: { ...tls(old), ...trust(old) }, minute: 40, expected: {} });

    expect(planned).toMatchObject({ step: "issue", hosts: terms.hosts });
  });

  it("asks for the hosts of two versions, so that their replicas do not take turns", () => {
    const planned = plan({
      title: "",
      content: { ...tls(old), ...next(narrow), ...trust(old, narrow) },
      minute: 45,
      expected: {},
    });

    expect(planned).toMatchObject({ step: "issue", hosts: [...terms.hosts, "other.ns.svc"] });
  });

  it("never touches a certificate of somebody else's", () => {
    for (const key of [foreign.key, old.key, ""])
      expect(() =>
        readCertificateSecret({ "tls.crt": foreign.cert, "tls.key": key }, 'Secret "podpecker/tls"'),
      ).toThrow(
        'the Secret "podpecker/tls" holds a certificate that Podpecker did not make; delete the Secret',
      );
  });

  it("says what is wrong with a pair by the keys of the Secret", () => {
    const { flaws } = readCertificateSecret({ ...tls(old), "tls.key": young.key }, 'Secret "a/b"');

    expect(flaws.current?.message).toMatch(
      /^"tls\.key" of the Secret "a\/b" is not the key of the certificate in "tls\.crt" of the Secret "a\/b"/,
    );
  });

  it("remembers no more than fifty CAs, the last ones", async () => {
    const many = await Promise.all(Array.from({ length: 55 }, (_, index) => make(index / 10)));
    const planned = plan({
      title: "",
      seen: [{ bundle: bundle(...many) }],
      minute: 10,
      expected: {},
    });
    const content = planned.step === "issue" ? planned.contentWith(made) : undefined;

    const remembered = readBundle(content?.["ca.crt"] ?? "");
    expect(remembered).toHaveLength(50);
    expect(writeBundle(remembered)).toContain(many.at(-1)?.ca);
    expect(writeBundle(remembered)).not.toContain(many.at(0)?.ca);
  });
});
