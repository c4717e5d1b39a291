import { type Server } from "node:https";

import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { certificateTerms } from "./certificate-terms.ts";
import { configurationsInCluster, secretInCluster } from "./cluster-certificate-places.ts";
import { manageCertificate } from "./managed-certificate.ts";
import { type Reports } from "./reports.ts";
import { type ServeOptions } from "./serve-options.ts";
import { obtainCertificate, type ServingCertificate } from "./serving-certificate.ts";
import { watchCertificate } from "./watch-certificate.ts";

/** The certificate that a server begins with, and what becomes of it. */
export interface CertificateInUse {
  readonly first: ServingCertificate;
  /** Why this replica should not be called, a sentence each. */
  readonly missing: () => readonly string[];
  /** Has the server take over what comes after the first one. */
  readonly follow: (server: Server) => Promise<void>;
  readonly close: () => void;
}

/** Obtains the certificate that the options name: from files, self-signed, or one that all replicas share in a Secret.
 * @throws {CertificateError} when one from files cannot be read, made or kept
 */
export async function startCertificate(
  options: ServeOptions,
  cluster: Cluster | undefined,
  reports: Reports,
): Promise<CertificateInUse> {
  const { certificateSecret: name } = options;
  if (cluster === undefined || name === undefined) return fromFiles(options, reports);
  return fromSecret({ ...options, name }, cluster, reports);
}

async function fromFiles(options: ServeOptions, reports: Reports): Promise<CertificateInUse> {
  const first = await obtainCertificate(options);
  let watch: Awaited<ReturnType<typeof watchCertificate>>;
  return {
    first,
    missing: () => [],
    follow: async (server) => {
      watch = await watchCertificate(server, first, reports);
    },
    close: () => watch?.close(),
  };
}

/** Serves one that nobody trusts until the Secret is read, so that probes are answered whatever the API server does. */
async function fromSecret(
  options: ServeOptions & { readonly name: string },
  cluster: Cluster,
  reports: Reports,
): Promise<CertificateInUse> {
  const { name, namespace, webhookConfiguration, certificateLifetime: lifetimeMs, host } = options;
  const secret = secretInCluster(cluster, { namespace, name }, reports);
  const managed = manageCertificate({
    secret,
    configurations: configurationsInCluster(cluster, webhookConfiguration, reports),
    terms: certificateTerms({ ...options, lifetimeMs }),
    reports,
  });
  const provisional = await obtainCertificate({ host });
  return {
    first: { ...provisional, origin: `kept in the ${secret.title}; until that is read, self-signed` },
    missing: managed.problems,
    follow: async (server) => managed.serve(server, provisional),
    close: managed.close,
  };
}
