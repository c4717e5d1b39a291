import { describe, expect, it } from "vitest";

import { planBundles } from "#src/adapters/tls/bundle-plan.ts";
import { AUTHORITY, readBundle } from "#src/adapters/tls/ca-bundle.ts";
import { readCertificateSecret } from "#src/adapters/tls/certificate-secret.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:00Z");

const make = async (minute: number, authority = AUTHORITY): Promise<string> => {
  const now = new Date(START + minute * MINUTE);
  return (await createSelfSigned({ hosts: ["a"], now, lifetimeMs: 60 * MINUTE, authority })).ca;
};
const [old, young, younger, foreign] = await Promise.all([
  make(0),
  make(40),
  make(50),
  make(0, "Somebody's CA"),
]);
const names = new Map(Object.entries({ old, young, younger, foreign }).map(([name, pem]) => [pem, name]));

function plan({ secret, bundles, minute }: Pick<Case, "secret" | "bundles" | "minute">) {
  const certificates = readCertificateSecret({ "ca.crt": secret }, "Secret");
  const planned = planBundles(
    { certificates, now: START + minute * MINUTE },
    { trusted: bundles.map(readBundle) },
  );
  return planned?.map((pem) => readBundle(pem).map(({ certificate }) => names.get(certificate.toString())));
}

interface Case {
  readonly title: string;
  readonly secret: string;
  readonly bundles: readonly string[];
  readonly minute: number;
  readonly expected: readonly (readonly string[])[] | undefined;
}

describe("the plan for a configuration", () => {
  it.each<Case>([
    {
      title: "fills what is empty",
      secret: young + old,
      bundles: ["", ""],
      minute: 50,
      expected: [
        ["young", "old"],
        ["young", "old"],
      ],
    },
    {
      title: "replaces what is no certificate",
      secret: old,
      bundles: ["garbage"],
      minute: 10,
      expected: [["old"]],
    },
    {
      title: "leaves alone what is right in any order",
      secret: young + old,
      bundles: [old + young],
      minute: 50,
      expected: undefined,
    },
    {
      title: "leaves alone what has words in between",
      secret: old,
      bundles: [`# ours\n${old}`],
      minute: 10,
      expected: undefined,
    },
    {
      title: "sees to each webhook",
      secret: young,
      bundles: [young, ""],
      minute: 50,
      expected: [["young"], ["young"]],
    },
    {
      title: "keeps what another replica wrote that saw a later Secret",
      secret: young,
      bundles: [younger],
      minute: 50,
      expected: [["young", "younger"]],
    },
    {
      title: "has nothing to do where the Secret is gone",
      secret: "",
      bundles: [young],
      minute: 50,
      expected: undefined,
    },
    {
      title: "keeps what is another's, even when it is over",
      secret: young,
      bundles: [foreign],
      minute: 80,
      expected: [["young", "foreign"]],
    },
    {
      title: "keeps a CA for as long as a clock may be slow",
      secret: young,
      bundles: [young + old],
      minute: 64,
      expected: undefined,
    },
    {
      title: "takes away a CA that is over",
      secret: young,
      bundles: [young + old + foreign],
      minute: 65,
      expected: [["young", "foreign"]],
    },
    {
      title: "takes away nothing that the Secret still has, whose clock may be right",
      secret: young + old,
      bundles: [young + old],
      minute: 65,
      expected: undefined,
    },
    { title: "needs no webhook", secret: young, bundles: [], minute: 50, expected: undefined },
  ])("$title", ({ expected, ...scene }) => {
    expect(plan(scene)).toEqual(expected);
  });
});
