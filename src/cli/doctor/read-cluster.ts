import { z } from "zod";

import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { ask, get, list, read } from "./ask.ts";
import {
  CertificateSecret,
  ConfigMap,
  Deployment,
  EndpointSlice,
  Namespace,
  Service,
  WebhookConfiguration,
} from "./cluster-objects.ts";
import { type ClusterState, type Names } from "./cluster-view.ts";
import { type Reading, valueOf } from "./reading.ts";
import { readServeArguments } from "./serve-arguments.ts";

const POLICIES = "podpecker.dev/policy=true";

// Where no Deployment says another name.
const CERTIFICATE_SECRET = "podpecker-tls";

const Version = z.looseObject({ gitVersion: z.string() });

const SelfSubjectReview = z.looseObject({
  status: z.looseObject({ userInfo: z.looseObject({ username: z.string() }) }),
});

/** What is looked for in a cluster. */
export interface Sought {
  readonly names: Names;
  /** ConfigMaps that count wherever they are, beside those that the Deployment names. */
  readonly promoted: readonly string[];
  /** In whose name Pods are tried, where it is another's. */
  readonly as: string | undefined;
}

/** Reads everything that the checks look at, once; what cannot be read is said to be so.
 * @throws {ClusterError} when the API server gives no answer, or does not know whoever asks
 */
export async function readCluster(cluster: Cluster, sought: Sought): Promise<ClusterState> {
  const { names, promoted, as } = sought;
  // First alone: where there is no answer to this one, there is none to the others.
  const version = await readVersion(cluster);
  const [objects, configurations, user] = await Promise.all([
    readObjects(cluster, names),
    readConfigurations(cluster, names),
    as === undefined ? readUser(cluster) : ({ state: "read", value: as } as const),
  ]);
  const serving = readServeArguments(valueOf(objects.deployment));
  const { certificateSecret: secretName = CERTIFICATE_SECRET, policyConfigMaps } = serving;
  const [secret, single] = await Promise.all([
    get(cluster, resources.secrets, {
      shape: CertificateSecret,
      namespace: names.namespace,
      name: secretName,
    }),
    readPromoted(cluster, [...promoted, ...policyConfigMaps]),
  ]);
  const { server } = cluster;
  return {
    now: new Date(),
    names,
    server,
    version,
    user,
    ...configurations,
    ...objects,
    secretName,
    secret,
    promoted: single,
  };
}

async function readConfigurations(
  cluster: Cluster,
  { configuration: name }: Names,
): Promise<Pick<ClusterState, "mutating" | "validating">> {
  const wanted = { shape: WebhookConfiguration, name };
  const [mutating, validating] = await Promise.all([
    get(cluster, resources.mutatingWebhookConfigurations, wanted),
    get(cluster, resources.validatingWebhookConfigurations, wanted),
  ]);
  return { mutating, validating };
}

async function readObjects(
  cluster: Cluster,
  { namespace, service: name }: Names,
): Promise<Pick<ClusterState, "namespaces" | "service" | "endpointSlices" | "deployment" | "configMaps">> {
  const labelSelector = `kubernetes.io/service-name=${name}`;
  const [namespaces, service, endpointSlices, deployment, configMaps] = await Promise.all([
    list(cluster, resources.namespaces, { shape: Namespace }),
    get(cluster, resources.services, { shape: Service, namespace, name }),
    list(cluster, resources.endpointSlices, { shape: EndpointSlice, namespace, labelSelector }),
    get(cluster, resources.deployments, { shape: Deployment, namespace, name }),
    list(cluster, resources.configMaps, { shape: ConfigMap, labelSelector: POLICIES }),
  ]);
  return { namespaces, service, endpointSlices, deployment, configMaps };
}

/** Not caught here: without an answer there is nothing more to ask. */
async function readVersion(cluster: Cluster): Promise<Reading<string>> {
  const permission = { verb: "get", resource: "/version" };
  const reading = await ask(cluster, { path: "/version", shape: Version, permission });
  return reading.state === "read" ? { state: "read", value: reading.value.gitVersion } : reading;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/ */
async function readUser(cluster: Cluster): Promise<Reading<string>> {
  const group = "authentication.k8s.io";
  const reading = await read(cluster, {
    path: `/apis/${group}/v1/selfsubjectreviews`,
    shape: SelfSubjectReview,
    permission: { verb: "create", resource: `selfsubjectreviews.${group}` },
    body: { apiVersion: `${group}/v1`, kind: "SelfSubjectReview" },
  });
  return reading.state === "read"
    ? { state: "read", value: reading.value.status.userInfo.username }
    : reading;
}

async function readPromoted(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, Reading<ConfigMap>>> {
  const read = [...new Set(names)].map(async (full) => {
    const [namespace = "", name = ""] = full.split("/");
    return [full, await get(cluster, resources.configMaps, { shape: ConfigMap, namespace, name })] as const;
  });
  return new Map(await Promise.all(read));
}
