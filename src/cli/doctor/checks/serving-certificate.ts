import { type X509Certificate } from "node:crypto";

import { caRemedy } from "../ca-remedy.ts";
import { describeEnd, endsSoon, hasEnded, isEarly, leadsTo, readCertificates } from "../certificates.ts";
import { type ClusterView } from "../cluster-view.ts";
import {
  configurationOf,
  type ConfigurationKind,
  mutatingKind,
  validatingKind,
} from "../configuration-kind.ts";
import { allOurWebhooks, hostOf, ourWebhooks } from "../our-webhooks.ts";
import { unread } from "../reading.ts";
import { failed, ok, type Remedy, unknown, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Serving certificate";

/** The certificate is for the names that are called, lasts, and is signed by a CA that the API server trusts. */
export function servingCertificate(view: ClusterView): Verdict[] {
  const { secret: reading } = view;
  if (reading.state === "absent") return [notInSecret(view)];
  if (reading.state !== "read") return [unread(ABOUT, reading)];
  const chain = readCertificates(reading.value.data?.["tls.crt"] ?? "");
  const [leaf] = chain ?? [];
  if (chain === undefined || leaf === undefined)
    return [failed(ABOUT, `Secret ${secretPath(view)} has no certificate under tls.crt`, renewal(view))];
  const verdicts = [...lifeProblems(view, leaf), ...nameProblems(view, leaf), ...trustProblems(view, chain)];
  if (verdicts.some(({ state }) => state === "failed")) return verdicts;
  return [
    ok(ABOUT, `is for ${hosts(view).join(", ")}, trusted, and ${describeEnd(leaf, view.now)}`),
    ...verdicts,
  ];
}

function notInSecret(view: ClusterView): Verdict {
  return unknown(ABOUT, `there is no Secret ${secretPath(view)}: it is kept elsewhere, or was not made yet`, [
    "the dry run below shows whether it is trusted; where Podpecker makes its own, its log says what keeps it from that",
    `kubectl --namespace ${view.names.namespace} logs deployment/${view.names.service} --tail=50`,
  ]);
}

function lifeProblems(view: ClusterView, leaf: X509Certificate): Verdict[] {
  const { now } = view;
  if (hasEnded(leaf, now)) return [failed(ABOUT, describeEnd(leaf, now), renewal(view))];
  if (isEarly(leaf, now))
    return [
      failed(ABOUT, `is valid only from ${new Date(leaf.validFrom).toISOString()}`, [
        "set the clock right, here or where it was made",
      ]),
    ];
  return endsSoon(leaf, now)
    ? [warning(ABOUT, `${describeEnd(leaf, now)}: it should have been renewed`, renewal(view))]
    : [];
}

function nameProblems(view: ClusterView, leaf: X509Certificate): Verdict[] {
  const missing = hosts(view).filter((host) => leaf.checkHost(host, { subject: "never" }) === undefined);
  if (missing.length === 0) return [];
  const names = leaf.subjectAltName ?? "no name";
  return [
    failed(
      ABOUT,
      `is for ${names}, not for ${missing.join(", ")}, which the API server calls`,
      renewal(view),
    ),
  ];
}

function trustProblems(view: ClusterView, chain: readonly X509Certificate[]): Verdict[] {
  return [mutatingKind, validatingKind].flatMap((kind) =>
    ourWebhooks(configurationOf(view, kind), view.names).flatMap(({ webhook, index }) => {
      const authorities = readCertificates(webhook.clientConfig.caBundle ?? "") ?? [];
      const valid = authorities.filter((one) => !hasEnded(one, view.now));
      // An empty or unreadable caBundle, and one that has ended, have verdicts of their own.
      if (valid.length === 0 || leadsTo(chain, valid)) return [];
      return [untrusted(view, kind, { name: webhook.name, index })];
    }),
  );
}

function untrusted(
  view: ClusterView,
  kind: ConfigurationKind,
  { name, index }: { readonly name: string; readonly index: number },
): Verdict {
  const says = `is signed by no CA in the caBundle of "${name}": the API server does not trust it`;
  return failed(ABOUT, says, caRemedy(view, kind, index));
}

function hosts(view: ClusterView): string[] {
  const called = allOurWebhooks(view).map(hostOf);
  const { service, namespace } = view.names;
  return called.length === 0 ? [`${service}.${namespace}.svc`] : [...new Set(called)];
}

const secretPath = ({ names, secretName }: ClusterView): string => `${names.namespace}/${secretName}`;

function renewal({ names: { namespace, service }, secretName }: ClusterView): Remedy {
  const kubectl = `kubectl --namespace ${namespace}`;
  return [
    "whoever makes it should make a new one: Podpecker itself does when the Secret is deleted, cert-manager, too; where an admin made it, replace it",
    `${kubectl} logs deployment/${service} --tail=50`,
    `${kubectl} delete secret ${secretName}`,
  ];
}
