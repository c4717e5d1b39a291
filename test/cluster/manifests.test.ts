import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import { helm } from "./control-plane/helm.ts";
import { helmTemplate, kubectlKustomize, MANIFESTS } from "./rendered.ts";
import { sharedPlane } from "./shared-plane.ts";

const plane = sharedPlane();
const set = (...values: readonly string[]): string[] => values.flatMap((value) => ["--set", value]);

describe("kustomize and Helm", () => {
  it.each([
    { folder: "base", values: [] },
    { folder: "overlays/by-exclusion", values: ["namespaces.mode=exclusion"] },
    { folder: "overlays/cert-manager", values: ["certificates.mode=cert-manager"] },
    { folder: "overlays/monitoring", values: ["monitoring.enabled=true"] },
    { folder: "overlays/validate-creations", values: ["validateCreations=true"] },
    { folder: "overlays/workspaces", values: ["workspaces.enabled=true"] },
  ])("make the same objects of $folder", async ({ folder, values }) => {
    const kustomized = new Map(await kubectlKustomize(plane, join(MANIFESTS, folder)));
    const templated = await helmTemplate(plane, set(...values));

    // Helm leaves the namespace to whoever installs.
    expect(kustomized.delete("Namespace//podpecker")).toBe(true);
    expect(templated).toEqual(kustomized);
  });

  it("make the same objects of all components joined", async () => {
    const folder = await temporaryDirectory();
    const from = relative(folder, MANIFESTS);
    const components = ["by-exclusion", "cert-manager", "monitoring", "validate-creations", "workspaces"];
    writeFileSync(
      join(folder, "kustomization.yaml"),
      JSON.stringify({
        resources: [`${from}/base`],
        components: components.map((name) => `${from}/components/${name}`),
      }),
    );

    const kustomized = new Map(await kubectlKustomize(plane, folder));
    const templated = await helmTemplate(
      plane,
      set(
        ...["namespaces.mode=exclusion", "certificates.mode=cert-manager"],
        ...["monitoring.enabled=true", "validateCreations=true", "workspaces.enabled=true"],
      ),
    );

    expect(kustomized.delete("Namespace//podpecker")).toBe(true);
    expect(templated).toEqual(kustomized);
  });

  it("bring the server before what makes the API server call it", async () => {
    const kinds = [...(await kubectlKustomize(plane, join(MANIFESTS, "base"))).keys()].map(
      (identity) => identity.split("/")[0],
    );

    expect(kinds[0]).toBe("Namespace");
    expect(kinds.slice(-2)).toEqual(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]);
  });
});

describe("an overlay", () => {
  it("by exclusion keeps the conditions of the base", async () => {
    const objects = await kubectlKustomize(plane, join(MANIFESTS, "overlays/by-exclusion"));

    const conditions = [{ name: "not-a-mirror" }, { name: "namespace-of-an-organisation" }];
    expect(objects.get("MutatingWebhookConfiguration//podpecker")).toMatchObject({
      webhooks: [{ matchConditions: conditions }],
    });
    expect(objects.get("ValidatingWebhookConfiguration//podpecker")).toMatchObject({
      webhooks: [{ matchConditions: conditions }, { name: "policies.podpecker.dev" }],
    });
  });

  it("with cert-manager has no right but to read policies and to write Events", async () => {
    const objects = await kubectlKustomize(plane, join(MANIFESTS, "overlays/cert-manager"));
    const roles = [...objects].filter(([identity]) => /^(Cluster)?Role(Binding)?\//.test(identity));

    expect(roles.map(([identity]) => identity)).toEqual([
      "ClusterRole//podpecker",
      "ClusterRoleBinding//podpecker",
    ]);
    expect(JSON.stringify(roles)).not.toMatch(/secrets|webhook/);
  });
});

describe("the chart", () => {
  it("names no namespace but the release's", async () => {
    const values = set(
      "certificates.mode=cert-manager",
      "namespaces.exclude={acme}",
      "monitoring.enabled=true",
    );

    const objects = await helmTemplate(plane, values, "ci");

    const foreign = [...objects.keys()].filter((identity) => !/^\w+\/(ci)?\//.test(identity));
    expect(foreign).toEqual([]);
    expect(objects.get("MutatingWebhookConfiguration//podpecker")).toMatchObject({
      metadata: { annotations: { "cert-manager.io/inject-ca-from": "ci/podpecker-tls" } },
      webhooks: [
        {
          clientConfig: { service: { namespace: "ci" } },
          namespaceSelector: {
            matchExpressions: [{ values: ["ci", "kube-system", "kube-node-lease", "acme"] }],
          },
        },
      ],
    });
    expect(objects.get("Certificate/ci/podpecker-tls")).toMatchObject({
      spec: { dnsNames: ["podpecker.ci.svc", "podpecker.ci.svc.cluster.local"] },
    });
  });

  it("passes on what it is told of image, words and places", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const values = set(
      "image.repository=registry.example.com/podpecker",
      `image.digest=${digest}`,
      "image.pullSecrets={regcred}",
      "policyConfigMaps={woodpecker/woodpecker-agent}",
      "extraArgs={--log-level,debug}",
      "priorityClassName=ci",
      "nodeSelector.pool=system",
    );

    const deployment = (await helmTemplate(plane, values)).get("Deployment/podpecker/podpecker");

    expect(deployment).toMatchObject({
      spec: {
        template: {
          spec: {
            imagePullSecrets: [{ name: "regcred" }],
            priorityClassName: "ci",
            nodeSelector: { "kubernetes.io/os": "linux", pool: "system" },
            containers: [{ image: `registry.example.com/podpecker@${digest}` }],
          },
        },
      },
    });
    expect(JSON.stringify(deployment)).toContain(
      '"--policy-configmap","woodpecker/woodpecker-agent","--log-level","debug"]',
    );
  });

  it("has no disruption budget for one replica, and none of the defaults that are taken out", async () => {
    const objects = await helmTemplate(
      plane,
      set(
        "replicas=1",
        "networkPolicy.enabled=false",
        "policies.default-policy=null",
        "policies.ours=version: v1",
      ),
    );

    const kinds = [...objects.keys()].filter((key) => /^(Pod|NetworkPolicy|ConfigMap)/.test(key));
    expect(kinds).toEqual(["ConfigMap/podpecker/ours"]);
  });

  it("trusts a certificate from files by the bundle that it is given", async () => {
    const objects = await helmTemplate(plane, set("certificates.mode=files", "certificates.caBundle=Q0E="));

    const trusting = { clientConfig: { caBundle: "Q0E=" } };
    expect(objects.get("MutatingWebhookConfiguration//podpecker")).toMatchObject({ webhooks: [trusting] });
    expect(objects.get("ValidatingWebhookConfiguration//podpecker")).toMatchObject({
      webhooks: [trusting, trusting],
    });
    expect([...objects.keys()].filter((key) => /^(Role|Issuer|Certificate)\b/.test(key))).toEqual([]);
  });

  it.each([
    { value: "replcas=3", told: "additional properties 'replcas' not allowed" },
    { value: "image.tagg=x", told: "additional properties 'tagg' not allowed" },
    { value: "namespaces.mode=labels", told: "/namespaces/mode" },
    { value: "namespaces.prefix=", told: "/namespaces/prefix" },
    { value: "certificates.mode=files", told: "/certificates/caBundle" },
    { value: "certificates.caBundle=Q0E=", told: "/certificates/caBundle" },
    { value: "failurePolicy=fail", told: "/failurePolicy" },
    { value: "policies.acme.version=v1", told: "/policies/acme" },
    { value: "policyConfigMaps={woodpecker-agent}", told: "/policyConfigMaps/0" },
  ])("refuses $value", async ({ value, told }) => {
    await expect(helmTemplate(plane, set(value))).rejects.toThrow(told);
  });

  it("has nothing that Helm's own linter complains of", async () => {
    const { code, stdout } = await helm(plane, ["lint", "--strict", join(MANIFESTS, "chart")]);

    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("0 chart(s) failed") as string,
    });
  });
});
