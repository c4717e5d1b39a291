import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { type WebhookConfiguration, type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { type Reading } from "#src/cli/doctor/reading.ts";
import { planTrial } from "#src/cli/doctor/trial-plan.ts";
import { decide } from "#src/admission/decide.ts";
import { clusterPolicies } from "#src/cli/doctor/cluster-policies.ts";

export const NOW = new Date("2026-06-01T00:00:00Z");

export const read = <T>(value: T): Reading<T> => ({ state: "read", value });

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Made once: it takes a while. */
export const certificates = await createSelfSigned({
  hosts: ["podpecker.podpecker.svc"],
  now: NOW,
  lifetimeMs: 90 * 24 * 60 * 60 * 1000 - 1,
});

export const mutatingWebhook: Webhook = {
  name: "pods.podpecker.dev",
  clientConfig: {
    service: { name: "podpecker", namespace: "podpecker", path: "/mutate", port: 443 },
    caBundle: base64(certificates.ca),
  },
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
  namespaceSelector: { matchLabels: { "podpecker.dev/enabled": "true" } },
  failurePolicy: "Fail",
  sideEffects: "NoneOnDryRun",
  timeoutSeconds: 5,
};

const at = (path: string): Webhook["clientConfig"] => ({
  ...mutatingWebhook.clientConfig,
  service: { name: "podpecker", namespace: "podpecker", path, port: 443 },
});

export const validationWebhook: Webhook = {
  ...mutatingWebhook,
  name: "pod-validation.podpecker.dev",
  clientConfig: at("/validate-pod"),
  rules: [
    {
      apiGroups: [""],
      apiVersions: ["v1"],
      operations: ["UPDATE"],
      resources: ["pods/resize", "pods/ephemeralcontainers"],
    },
  ],
  sideEffects: "None",
};

export const validatingWebhook: Webhook = {
  ...mutatingWebhook,
  name: "policies.podpecker.dev",
  clientConfig: at("/validate-policy"),
  rules: [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
  ],
  namespaceSelector: {},
  failurePolicy: "Ignore",
};

export const configuration = (...webhooks: readonly Webhook[]): Reading<WebhookConfiguration> =>
  read({ metadata: { name: "podpecker" }, webhooks: [...webhooks] });

export const namespace = (name: string, labels: Record<string, string> = {}) => ({
  metadata: { name, labels },
});

export const policy = (name: string, text: string, where = "podpecker") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: where, labels: { "podpecker.dev/policy": "true" } },
  data: { "policy.yaml": text },
});

const endpoint = (name: string, ready = true) => ({ conditions: { ready }, targetRef: { name } });

export const endpoints = (...ready: readonly boolean[]) =>
  read([{ endpoints: ready.map((isReady, index) => endpoint(`podpecker-${index}`, isReady)) }]);

export const deployment = (...args: string[]) => ({
  spec: { replicas: 2, template: { spec: { containers: [{ args: ["serve", ...args] }] } } },
});

/** A cluster in which all is well, but for what is said otherwise; without a trial of its own a Pod is tried that is decided as it should be. */
export function healthyView(parts: Partial<ClusterView> = {}): ClusterView {
  const state: ClusterView = {
    now: NOW,
    names: { namespace: "podpecker", service: "podpecker", configuration: "podpecker" },
    server: "https://10.0.0.1:6443",
    version: read("v1.36.3"),
    user: read("admin"),
    mutating: configuration(mutatingWebhook),
    validating: configuration(validationWebhook, validatingWebhook),
    namespaces: read([
      namespace("kube-system"),
      namespace("podpecker"),
      namespace("ci-b", { "podpecker.dev/enabled": "true" }),
      namespace("ci-a", { "podpecker.dev/enabled": "true" }),
    ]),
    service: read({
      metadata: { name: "podpecker", namespace: "podpecker" },
      spec: { ports: [{ port: 443 }], selector: { app: "podpecker" } },
    }),
    endpointSlices: endpoints(true, true),
    deployment: read(deployment("--cluster")),
    secretName: "podpecker-tls",
    secret: read({ data: { "tls.crt": base64(certificates.cert) } }),
    configMaps: read([policy("default", "version: v1\nlabels: { set: { ci: woodpecker } }\n")]),
    promoted: new Map(),
    trial: undefined,
    workspaces: { state: "absent" },
    ...parts,
  };
  return "trial" in parts ? state : { ...state, trial: goodTrial(state) };
}

function goodTrial(state: ClusterView): ClusterView["trial"] {
  const plan = planTrial(state);
  if (plan === undefined) return undefined;
  const facts = { namespace: plan.namespace, user: "admin", now: NOW.getTime() };
  const { pod } = decide(plan.plain, facts, clusterPolicies(state).set);
  return { namespace: plan.namespace, plain: { object: pod, warnings: [] }, probe: undefined };
}
