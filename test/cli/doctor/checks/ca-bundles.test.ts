import { describe, expect, it } from "vitest";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { caBundles } from "#src/cli/doctor/checks/ca-bundles.ts";
import { type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import { brief, remedies } from "../brief.ts";
import { base64, certificates, configuration, healthyView, mutatingWebhook, NOW } from "../healthy-view.ts";

const DAY = 24 * 60 * 60 * 1000;
const made = async (days: number, ago = 0): Promise<string> =>
  (
    await createSelfSigned({
      hosts: ["a"],
      lifetimeMs: days * DAY - 1,
      now: new Date(NOW.getTime() - ago * DAY),
    })
  ).ca;

const check = (clientConfig: Webhook["clientConfig"]) =>
  caBundles(
    healthyView({
      mutating: configuration({ ...mutatingWebhook, clientConfig }),
      validating: { state: "absent" },
    }),
  );

const withBundle = (pem: string) => check({ ...mutatingWebhook.clientConfig, caBundle: base64(pem) });

const ABOUT = 'caBundle of "pods.podpecker.dev":';

describe("the check of caBundles", () => {
  it("fails for an empty one, with the command that fills it", () => {
    const verdicts = check({ ...mutatingWebhook.clientConfig, caBundle: "" });

    expect(brief(verdicts)).toEqual([
      `failed ${ABOUT} is empty: the API server trusts no certificate of Podpecker's`,
    ]);
    expect(remedies(verdicts)).toContain("kubectl patch mutatingwebhookconfiguration podpecker --type=json");
    expect(remedies(verdicts)).toContain("/webhooks/0/clientConfig/caBundle");
  });

  it("leaves a URL to the CAs of the system", () => {
    expect(brief(check({ url: "https://podpecker.example" }))).toEqual([
      `ok ${ABOUT} is empty: the API server trusts the CAs of its own system`,
    ]);
  });

  it.each([base64(certificates.ca), "nothing"])("fails for what is no certificate", (text) => {
    expect(brief(withBundle(text))).toEqual([
      `failed ${ABOUT} is no certificate: it should be PEM, in base64 once`,
    ]);
  });

  it("fails for one that has ended", async () => {
    expect(brief(withBundle(await made(30, 40)))).toEqual([`failed ${ABOUT} has ended: ended on 2026-05-21`]);
  });

  it("warns of one that ends soon", async () => {
    expect(brief(withBundle(await made(90, 80)))).toEqual([
      `warning ${ABOUT} has 1 CA, which ends on 2026-06-10, in 9 days`,
    ]);
  });

  it("does not mind an old CA beside the new one", async () => {
    const [ended, old] = [await made(30, 40), await made(90, 80)];

    expect(brief(withBundle(certificates.ca + old + ended))).toEqual([
      `ok ${ABOUT} has 2 CAs, the last of which ends on 2026-08-29, in 89 days`,
    ]);
  });
});
