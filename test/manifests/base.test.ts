import { describe, expect, it } from "vitest";
import { z } from "zod";

import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import {
  base,
  Deployment,
  find,
  readText,
  readYaml,
  WebhookConfiguration,
  yamlFilesIn,
} from "./manifests.ts";

const OURS = { "app.kubernetes.io/name": "podpecker" };
const { spec } = find("Deployment", "podpecker", Deployment);
const pod = spec.template.spec;
const [container] = pod.containers;
const Service = z.looseObject({
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.looseObject({ name: z.string(), port: z.number(), targetPort: z.string() })),
  }),
});

const optionOf = (name: string): string | undefined => container.args[container.args.indexOf(name) + 1];

describe("the base", () => {
  it("has every file that lies there", () => {
    const [kustomization] = readYaml("manifests/base/kustomization.yaml");
    const { resources } = z.looseObject({ resources: z.array(z.string()) }).parse(kustomization);

    const files = yamlFilesIn("manifests/base").filter((file) => !file.endsWith("/kustomization.yaml"));

    expect(resources.map((file) => `manifests/base/${file}`).sort()).toEqual(files.sort());
  });

  it("is in one namespace, and has no two objects of one name", () => {
    const names = base.map(({ kind, metadata: { name } }) => `${kind}/${name}`);
    const namespaces = new Set(base.flatMap(({ metadata: { namespace } }) => namespace ?? []));

    expect(new Set(names).size).toBe(names.length);
    expect([...namespaces]).toEqual(["podpecker"]);
  });

  it("holds its namespace to the profile that its own Pods meet", () => {
    const { metadata } = base.find(({ kind }) => kind === "Namespace") ?? {};

    expect(metadata?.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("has policies without a problem or a warning", () => {
    const files = [{ path: "policy.yaml", text: readText("manifests/base/policy.yaml") }];

    const { policies, problems, warnings } = readPolicies(files, { namespace: "podpecker", promoted: [] });

    expect(policies.map(({ name }) => name)).toEqual(["podpecker/default-policy"]);
    expect([...problems, ...warnings].map(describePolicyProblem)).toEqual([]);
  });

  it("gives the token to the Pods alone that need it", () => {
    expect(base.find(({ kind }) => kind === "ServiceAccount")).toMatchObject({
      metadata: { name: pod.serviceAccountName },
      automountServiceAccountToken: false,
    });
    expect(pod.automountServiceAccountToken).toBe(true);
    expect(container.args).toContain("--cluster");
  });
});

describe("the Deployment", () => {
  it("is found by whatever selects its Pods", () => {
    const NetworkPolicy = z.looseObject({ spec: z.looseObject({ podSelector: z.unknown() }) });
    const Budget = z.looseObject({ spec: z.looseObject({ selector: z.unknown() }) });

    expect(spec.template.metadata.labels).toEqual(OURS);
    expect(spec.selector.matchLabels).toEqual(OURS);
    expect(find("Service", "podpecker", Service).spec.selector).toEqual(OURS);
    expect(find("PodDisruptionBudget", "podpecker", Budget).spec.selector).toEqual({ matchLabels: OURS });
    expect(find("NetworkPolicy", "podpecker", NetworkPolicy).spec.podSelector).toEqual({ matchLabels: OURS });
    for (const { labelSelector } of pod.topologySpreadConstraints)
      expect(labelSelector.matchLabels).toEqual(OURS);
  });

  it("listens on the ports that the Service and the probes name", () => {
    const ports = new Map(container.ports.map(({ name, containerPort }) => [name, String(containerPort)]));
    const { ports: served } = find("Service", "podpecker", Service).spec;

    expect(ports).toEqual(
      new Map([
        ["webhook", optionOf("--port")],
        ["metrics", optionOf("--metrics-port")],
      ]),
    );
    expect(served.map(({ name, port, targetPort }) => [name, port, targetPort])).toEqual([
      ["webhook", 443, "webhook"],
      ["metrics", 8080, "metrics"],
    ]);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"])
      expect(container[probe]).toMatchObject({ httpGet: { port: "webhook", scheme: "HTTPS" } });
  });

  it("is killed no sooner than it has answered what it was asked", () => {
    const drain = /GRACE_MS = (\d+)_000/.exec(readText("src/cli/serve.ts"))?.[1];

    expect(Number(optionOf("--shutdown-delay"))).toBeGreaterThanOrEqual(5);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(
      Number(optionOf("--shutdown-delay")) + Number(drain),
    );
  });

  it("has another replica while one is away, whether by a rollout, a drain or the loss of a node", () => {
    const Budget = z.looseObject({ spec: z.looseObject({ minAvailable: z.number() }) });
    const { minAvailable } = find("PodDisruptionBudget", "podpecker", Budget).spec;

    expect(minAvailable).toBeGreaterThanOrEqual(1);
    expect(spec.replicas).toBeGreaterThan(minAvailable);
    expect(spec["strategy"]).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    expect(pod.topologySpreadConstraints).toMatchObject([{ topologyKey: "kubernetes.io/hostname" }]);
  });

  it("keeps the certificate in the Secret that its role names", () => {
    expect(readText("manifests/base/role.yaml")).toContain(
      `resourceNames: [${String(optionOf("--certificate-secret"))}]`,
    );
  });
});

describe("the webhooks", () => {
  it.each(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])(
    "%s calls the Service",
    (kind) => {
      const { webhooks } = find(kind, "podpecker", WebhookConfiguration);

      for (const { clientConfig } of webhooks)
        expect(clientConfig.service).toMatchObject({ name: "podpecker", namespace: "podpecker", port: 443 });
    },
  );
});
