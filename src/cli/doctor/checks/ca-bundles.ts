import { type X509Certificate } from "node:crypto";

import { caRemedy } from "../ca-remedy.ts";
import { describeEnd, endOf, endsSoon, hasEnded, readCertificates } from "../certificates.ts";
import { type ClusterView } from "../cluster-view.ts";
import {
  configurationOf,
  type ConfigurationKind,
  mutatingKind,
  validatingKind,
} from "../configuration-kind.ts";
import { count } from "../enumerate.ts";
import { type OurWebhook, ourWebhooks } from "../our-webhooks.ts";
import { failed, ok, type Verdict, warning } from "../verdict.ts";

/** The API server has a CA by which it can trust Podpecker, for both configurations. */
export const caBundles = (view: ClusterView): Verdict[] =>
  [mutatingKind, validatingKind].flatMap((kind) =>
    ourWebhooks(configurationOf(view, kind), view.names).map((ours) => checkOne(view, kind, ours)),
  );

function checkOne(view: ClusterView, kind: ConfigurationKind, { webhook, index }: OurWebhook): Verdict {
  const about = `caBundle of "${webhook.name}"`;
  const { caBundle = "", url } = webhook.clientConfig;
  const remedy = caRemedy(view, kind, index);
  if (caBundle === "")
    return url === undefined
      ? failed(about, "is empty: the API server trusts no certificate of Podpecker's", remedy)
      : ok(about, "is empty: the API server trusts the CAs of its own system");
  const authorities = readCertificates(caBundle);
  if (authorities === undefined)
    return failed(about, "is no certificate: it should be PEM, in base64 once", remedy);
  const lasting = authorities.filter((one) => !hasEnded(one, view.now)).sort(byEnd);
  const last = lasting.at(-1);
  if (last === undefined)
    return failed(
      about,
      `has ended: ${authorities.map((one) => describeEnd(one, view.now)).join(", ")}`,
      remedy,
    );
  const says = `${count(lasting.length, "CA")}, ${lasting.length > 1 ? "the last of which" : "which"} ${describeEnd(last, view.now)}`;
  return endsSoon(last, view.now) ? warning(about, `has ${says}`, remedy) : ok(about, `has ${says}`);
}

const byEnd = (a: X509Certificate, b: X509Certificate): number => endOf(a).getTime() - endOf(b).getTime();
