import { type Deployment, type EndpointSlice } from "../cluster-objects.ts";
import { type ClusterView } from "../cluster-view.ts";
import { allOurWebhooks } from "../our-webhooks.ts";
import { isUnread, unread, valueOf } from "../reading.ts";
import { failed, ok, type Remedy, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Endpoints";

type Endpoint = NonNullable<EndpointSlice["endpoints"]>[number];

/** Replicas stand behind the Service and are ready. */
export function endpoints(view: ClusterView): Verdict[] {
  const { endpointSlices: reading, service } = view;
  const webhooks = allOurWebhooks(view);
  const isElsewhere = webhooks.length > 0 && webhooks.every(({ clientConfig: { url } }) => url !== undefined);
  if (isElsewhere || service.state === "absent") return [];
  if (isUnread(reading)) return [unread(ABOUT, reading)];
  const all = replicas(valueOf(reading) ?? []);
  // "nil should be interpreted as true": https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
  const ready = all.filter(({ conditions }) => conditions?.ready ?? true);
  const numbers = `${ready.length} of ${all.length} replicas are ready`;
  if (ready.length === 0)
    return [failed(ABOUT, `${numbers}${reasonOf(valueOf(view.deployment))}`, remedy(view))];
  if (ready.length < all.length) return [warning(ABOUT, numbers, remedy(view))];
  if (all.length === 1)
    return [
      warning(ABOUT, "the only replica is ready: while it is replaced, no step can start", [
        "run two",
        `kubectl --namespace ${view.names.namespace} scale deployment ${view.names.service} --replicas=2`,
      ]),
    ];
  return [ok(ABOUT, numbers)];
}

/** Each replica once, also where it has an address of each family. */
function replicas(slices: readonly EndpointSlice[]): Endpoint[] {
  const all = slices.flatMap(({ endpoints: listed }) => listed ?? []);
  const named = all.map((endpoint) => [endpoint.targetRef?.name ?? endpoint, endpoint] as const);
  return [...new Map(named).values()];
}

/** Why a Deployment has no Pods, where it says so. */
function reasonOf(deployment: Deployment | undefined): string {
  if (deployment?.spec.replicas === 0) return ": the Deployment is scaled to 0";
  const conditions = deployment?.status?.conditions ?? [];
  const failure = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  return failure?.message === undefined ? "" : `: ${failure.message}`;
}

function remedy({ names, service, deployment }: ClusterView): Remedy {
  const kubectl = `kubectl --namespace ${names.namespace}`;
  if (valueOf(deployment)?.spec.replicas === 0)
    return ["scale it up", `${kubectl} scale deployment ${names.service} --replicas=2`];
  const selector = Object.entries(valueOf(service)?.spec.selector ?? {});
  const labels = selector.map(([key, value]) => `${key}=${value}`).join(",");
  const chosen = labels === "" ? "" : ` --selector ${labels}`;
  return [
    "see what keeps the Pods from being ready",
    `${kubectl} get pods${chosen}`,
    `${kubectl} describe pods${chosen}`,
    `${kubectl} logs deployment/${names.service} --tail=50`,
  ];
}
