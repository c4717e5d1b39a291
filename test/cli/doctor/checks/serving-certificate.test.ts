import { describe, expect, it } from "vitest";

import { createSelfSigned, type Certificates } from "#src/adapters/tls/create-self-signed.ts";
import { servingCertificate } from "#src/cli/doctor/checks/serving-certificate.ts";
import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { brief, remedies } from "../brief.ts";
import {
  base64,
  certificates,
  configuration,
  healthyView,
  mutatingWebhook,
  NOW,
  read,
  validatingWebhook,
} from "../healthy-view.ts";

const HOST = "podpecker.podpecker.svc";
const DAY = 24 * 60 * 60 * 1000;
const ABOUT = "Serving certificate:";

const made = (parts: { hosts?: string[]; days?: number; ago?: number }): Promise<Certificates> => {
  const { hosts = [HOST], days = 90, ago = 0 } = parts;
  return createSelfSigned({ hosts, lifetimeMs: days * DAY - 1, now: new Date(NOW.getTime() - ago * DAY) });
};

const trusting = (ca: string): Pick<ClusterView, "mutating" | "validating"> => {
  const clientConfig = { ...mutatingWebhook.clientConfig, caBundle: base64(ca) };
  return {
    mutating: configuration({ ...mutatingWebhook, clientConfig }),
    validating: configuration({ ...validatingWebhook, clientConfig }),
  };
};

const serving = ({ ca, cert }: Certificates) =>
  servingCertificate(healthyView({ ...trusting(ca), secret: read({ data: { "tls.crt": base64(cert) } }) }));

describe("the check of the serving certificate", () => {
  it("does not know one that is kept elsewhere", () => {
    expect(brief(servingCertificate(healthyView({ secret: { state: "absent" } })))).toEqual([
      `unknown ${ABOUT} there is no Secret podpecker/podpecker-tls: it is kept elsewhere, or was not made yet`,
    ]);
  });

  it.each([undefined, {}, { "tls.crt": base64("nothing") }])("fails for a Secret with %j", (data) => {
    const verdicts = servingCertificate(healthyView({ secret: read({ data }) }));

    expect(brief(verdicts)).toEqual([
      `failed ${ABOUT} Secret podpecker/podpecker-tls has no certificate under tls.crt`,
    ]);
    expect(remedies(verdicts)).toContain("kubectl --namespace podpecker delete secret podpecker-tls");
  });

  it("fails for one that has ended", async () => {
    const ended = await made({ days: 30, ago: 40 });

    expect(brief(serving({ ...ended, ca: certificates.ca }))).toContain(
      `failed ${ABOUT} ended on 2026-05-21`,
    );
  });

  it("fails for one that is for later", async () => {
    expect(brief(serving(await made({ ago: -2 })))).toEqual([
      `failed ${ABOUT} is valid only from 2026-06-02T23:55:00.000Z`,
    ]);
  });

  it("warns of one that ends soon", async () => {
    expect(brief(serving(await made({ ago: 80 })))).toEqual([
      `ok ${ABOUT} is for ${HOST}, trusted, and ends on 2026-06-10, in 9 days`,
      `warning ${ABOUT} ends on 2026-06-10, in 9 days: it should have been renewed`,
    ]);
  });

  it("fails for one for other names", async () => {
    expect(brief(serving(await made({ hosts: ["podpecker", "localhost"] })))).toEqual([
      `failed ${ABOUT} is for DNS:podpecker, DNS:localhost, not for ${HOST}, which the API server calls`,
    ]);
  });

  it("wants the names that the configurations call", async () => {
    const { ca, cert } = await made({ hosts: ["podpecker.example"] });
    const clientConfig = { url: "https://podpecker.example:8443/mutate", caBundle: base64(ca) };
    const view = healthyView({
      mutating: configuration({ ...mutatingWebhook, clientConfig }),
      validating: { state: "absent" },
      secret: read({ data: { "tls.crt": base64(cert) } }),
    });

    expect(servingCertificate(view).map(({ state }) => state)).toEqual(["ok"]);
  });

  it("fails where one of the two configurations trusts another CA", async () => {
    const other = await made({});
    const verdicts = servingCertificate(
      healthyView({
        mutating: trusting(certificates.ca).mutating,
        validating: trusting(other.ca).validating,
      }),
    );

    expect(brief(verdicts)).toEqual([
      `failed ${ABOUT} is signed by no CA in the caBundle of "policies.podpecker.dev": the API server does not trust it`,
    ]);
    expect(remedies(verdicts)).toContain("kubectl patch validatingwebhookconfiguration podpecker");
  });

  it("is content with an old and a new CA", async () => {
    const other = await made({});

    const verdicts = servingCertificate(healthyView(trusting(other.ca + certificates.ca)));

    expect(verdicts.map(({ state }) => state)).toEqual(["ok"]);
  });

  it("does not count a CA that has ended", async () => {
    const [ended, other] = [await made({ days: 30, ago: 40 }), await made({})];
    const view = healthyView({
      ...trusting(ended.ca + other.ca),
      secret: read({ data: { "tls.crt": base64(ended.cert) } }),
    });

    expect(brief(servingCertificate(view)).join("\n")).toContain("is signed by no CA");
  });
});
