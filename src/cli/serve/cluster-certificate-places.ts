import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { type ClusterError } from "../../adapters/cluster/cluster-error.ts";
import {
  createSecret,
  readSecret,
  type StoredSecret,
  updateSecret,
  watchSecret,
} from "../../adapters/cluster/secrets.ts";
import { setCaBundles } from "../../adapters/cluster/set-ca-bundles.ts";
import {
  caBundlesOf,
  readWebhookConfiguration,
  watchWebhookConfiguration,
  type WebhookConfiguration,
} from "../../adapters/cluster/webhook-configurations.ts";
import { type SecretContent } from "../../adapters/tls/certificate-secret.ts";
import { type ConfigurationPlace, type OnChange, type SecretPlace } from "./certificate-places.ts";
import { type Reports } from "./reports.ts";

const TLS = "kubernetes.io/tls";
const OWN_KEYS = ["tls.crt", "tls.key", "ca.crt", "next.crt", "next.key"] satisfies (keyof SecretContent)[];
const KINDS = ["mutating", "validating"] as const;

/** Who hears of what keeps a place from being watched. */
export type PlaceReports = Pick<Reports, "clusterProblem" | "defect">;

/** The Secret of this namespace and name, as the certificate's place. */
export function secretInCluster(
  cluster: Cluster,
  place: { readonly namespace: string; readonly name: string },
  reports: PlaceReports,
): SecretPlace {
  let last: StoredSecret | undefined;
  return {
    title: `Secret "${place.namespace}/${place.name}"`,
    read: async () => {
      last = await readSecret(cluster, place);
      return last === undefined ? undefined : { content: last.data, version: versionOf(last.object) };
    },
    create: async (content) => {
      const wanted = { type: TLS, data: { ...content }, annotations: {} };
      const { outcome } = await createSecret(cluster, place, wanted);
      return outcome === "created" ? "written" : "conflict";
    },
    update: async (content, version) => {
      if (last === undefined || versionOf(last.object) !== version) return "conflict";
      const { data, annotations } = last;
      const others = Object.entries(data).filter(([key]) => !OWN_KEYS.some((own) => own === key));
      const wanted = { data: { ...Object.fromEntries(others), ...content }, annotations };
      const { outcome } = await updateSecret(cluster, last, wanted);
      return outcome === "updated" ? "written" : "conflict";
    },
    watch: (onChange) => watchSecret(cluster, place, observer(onChange, "secrets", reports)),
  };
}

/** Both webhook configurations of a name, as the place where the API servers' trust is written. */
export function configurationsInCluster(
  cluster: Cluster,
  name: string,
  reports: PlaceReports,
): ConfigurationPlace {
  const titleOf = (kind: (typeof KINDS)[number]): string => `the ${kind} webhook configuration "${name}"`;
  let last = new Map<string, WebhookConfiguration>();
  return {
    read: async () => {
      const read = await Promise.all(
        KINDS.map(async (kind) => {
          const configuration = await readWebhookConfiguration(cluster, { kind, name });
          return configuration === undefined ? [] : [[titleOf(kind), configuration] as const];
        }),
      );
      last = new Map(read.flat());
      return [...last].map(([title, configuration]) => ({
        title,
        version: versionOf(configuration),
        bundles: caBundlesOf(configuration),
      }));
    },
    setBundles: async ({ title, version }, bundles) => {
      const kind = KINDS.find((one) => titleOf(one) === title);
      const configuration = last.get(title);
      if (kind === undefined || configuration === undefined || versionOf(configuration) !== version)
        return "conflict";
      const outcome = await setCaBundles(cluster, { kind, configuration }, bundles);
      return outcome === "patched" ? "written" : "conflict";
    },
    watch: (onChange) => {
      const watches = KINDS.map((kind) =>
        watchWebhookConfiguration(
          cluster,
          { kind, name },
          observer(onChange, `${kind}webhookconfigurations`, reports),
        ),
      );
      return {
        close: () => {
          for (const watch of watches) watch.close();
        },
      };
    },
  };
}

const versionOf = ({ metadata }: { readonly metadata: { readonly resourceVersion?: string | undefined } }) =>
  metadata.resourceVersion ?? "";

/** Changes may have been missed before a new stream began. */
function observer(onChange: OnChange, resource: string, { clusterProblem, defect }: PlaceReports) {
  return {
    onChange: () => {
      onChange();
    },
    onSynced: onChange,
    onProblem: (error: ClusterError) => {
      clusterProblem(resource)(error);
    },
    onDefect: (error: unknown) => {
      defect({ error });
    },
  };
}
