/** A kind of object, as URLs and roles name it. */
export interface Resource {
  readonly group: "" | "admissionregistration.k8s.io" | "apps" | "coordination.k8s.io" | "discovery.k8s.io";
  readonly plural: string;
}

/** Every kind that Podpecker reads or writes in a cluster; all are of version v1. */
export const resources = {
  configMaps: { group: "", plural: "configmaps" },
  deployments: { group: "apps", plural: "deployments" },
  endpointSlices: { group: "discovery.k8s.io", plural: "endpointslices" },
  events: { group: "", plural: "events" },
  leases: { group: "coordination.k8s.io", plural: "leases" },
  limitRanges: { group: "", plural: "limitranges" },
  mutatingWebhookConfigurations: {
    group: "admissionregistration.k8s.io",
    plural: "mutatingwebhookconfigurations",
  },
  namespaces: { group: "", plural: "namespaces" },
  persistentVolumeClaims: { group: "", plural: "persistentvolumeclaims" },
  pods: { group: "", plural: "pods" },
  secrets: { group: "", plural: "secrets" },
  services: { group: "", plural: "services" },
  validatingWebhookConfigurations: {
    group: "admissionregistration.k8s.io",
    plural: "validatingwebhookconfigurations",
  },
} as const satisfies Readonly<Record<string, Resource>>;

/** One object, or all of a namespace, or all there are. */
export interface Whereabouts {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** The path of a resource at the API server. */
export function pathOf({ group, plural }: Resource, { namespace, name }: Whereabouts): string {
  const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  const within = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${within}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
