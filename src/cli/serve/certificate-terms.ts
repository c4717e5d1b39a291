import { isIP } from "node:net";

import { type Terms } from "../../adapters/tls/certificate-plan.ts";

/** Under which names a webhook is called, and how long a certificate of it lasts. */
export interface CertificateWishes {
  readonly service: string;
  readonly namespace: string;
  /** What the server listens on. */
  readonly host: string;
  readonly lifetimeMs: number;
}

// API servers hear of a change within a second. A busy one may take longer, and nothing is in a hurry.
const SETTLE_MS = 30_000;

/** The terms of a certificate for a Service: for the name an API server calls, the shorter and longer forms of it that
 * Pods use, and the address of a webhook that is registered by URL. */
export function certificateTerms({ service, namespace, host, lifetimeMs }: CertificateWishes): Terms {
  const names = ["svc", "svc.cluster.local"].map((zone) => `${service}.${namespace}.${zone}`);
  const isEvery = host === "0.0.0.0" || host === "::";
  const addresses = isIP(host) === 0 || isEvery ? [] : [host];
  return {
    hosts: [...names, `${service}.${namespace}`, service, ...addresses],
    lifetimeMs,
    // A third of the life is left for all of a renewal; a life of a minute is for trying it out.
    settleMs: Math.min(SETTLE_MS, lifetimeMs / 10),
  };
}
