import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { apply, kubectl } from "./control-plane/kubectl.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { helmRelease, MANIFESTS } from "./rendered.ts";
import { sharedPlane } from "./shared-plane.ts";

/** The manifests in a real API server. Nothing answers behind the Service: a call that fails is one that was made. */
const plane = sharedPlane();
const CONFIGURATIONS = "mutatingwebhookconfiguration,validatingwebhookconfiguration";
const EXCLUDED = ["podpecker", "kube-system", "kube-node-lease"];
const BUNDLE = Buffer.from(plane.ca).toString("base64");

const applyFolder = (folder: string) => kubectl(plane, ["apply", "-k", join(MANIFESTS, folder)]);
const untilReady = () =>
  untilObject(
    plane,
    "/apis/apps/v1/namespaces/podpecker/deployments/podpecker",
    ({ status }) => status?.["readyReplicas"] === 2,
  );

async function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  await apply(plane, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  await untilObject(plane, `/api/v1/namespaces/${name}/serviceaccounts/default`, () => true);
}

/** As docs/install.md says, also where there is nothing any more. */
async function uninstall(): Promise<void> {
  await kubectl(plane, ["delete", "--ignore-not-found", CONFIGURATIONS, "podpecker"]);
  await kubectl(plane, ["delete", "--ignore-not-found", "-k", join(MANIFESTS, "base")]);
}

afterAll(uninstall);

/** Gives both configurations a bundle, as Podpecker does. */
async function giveBundle(): Promise<void> {
  const patch = JSON.stringify([{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value: BUNDLE }]);
  for (const kind of CONFIGURATIONS.split(",")) {
    const { code, stderr } = await kubectl(plane, [
      "patch",
      kind,
      "podpecker",
      "--type=json",
      "--patch",
      patch,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
}

async function bundles(): Promise<string[]> {
  const format = "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}";
  const { stdout } = await kubectl(plane, ["get", CONFIGURATIONS, "--output", format]);
  return stdout.split(" ").filter((bundle) => bundle !== "");
}

/** Whether the API server calls the webhook for such a Pod; it is a dry run, so that no Pod is left. */
async function isAsked(pod: Asked): Promise<boolean> {
  const { as = "jane", namespace: where, mirror = false, node } = pod;
  const file = join(plane.directory, "asked.json");
  const annotations = mirror ? { "kubernetes.io/config.mirror": "digest" } : {};
  const spec = { ...(node === undefined ? {} : { nodeName: node }), containers: [{ name: "a", image: "a" }] };
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "asked", annotations }, spec }),
  );
  const who = [`--as=${as}`, "--as-group=system:masters"];
  const { code, stderr } = await kubectl(plane, [
    ...["create", "--dry-run=server", `--namespace=${where}`, "--filename", file],
    ...who,
  ]);
  const hasFailed = stderr.includes('failed calling webhook "pods.podpecker.dev"');
  // What is in the way of such a Pod otherwise comes after the webhook.
  if (code !== 0 && !hasFailed) expect(stderr).toContain('violates PodSecurity "restricted:latest"');
  return hasFailed;
}

interface Asked {
  readonly namespace: string;
  readonly as?: string;
  readonly mirror?: boolean;
  readonly node?: string;
}

/** Whether the service account of the manifests may do this. */
async function isAllowed(resourceAttributes: Readonly<Record<string, string>>): Promise<boolean> {
  const spec = { user: "system:serviceaccount:podpecker:podpecker", resourceAttributes };
  const { body } = await call(plane, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec },
  });
  return z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) }).parse(body).status.allowed;
}

describe("kubectl apply -k manifests/base", () => {
  beforeAll(async () => {
    expect(await applyFolder("base")).toMatchObject({ code: 0 });
  });

  it("is taken by the API server as it is: a second time would change nothing", async () => {
    const { code, stdout, stderr } = await kubectl(plane, ["diff", "-k", join(MANIFESTS, "base")]);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("makes Pods that the profile of their namespace lets in", async () => {
    const { status } = await untilReady();

    expect(status).toMatchObject({ replicas: 2, readyReplicas: 2 });
  });

  it("takes away no bundle that Podpecker has written", async () => {
    await giveBundle();

    await applyFolder("base");

    expect(await bundles()).toEqual([BUNDLE, BUNDLE]);
  });

  describe("the service account", () => {
    const own = { namespace: "podpecker" };
    const elsewhere = { namespace: "default" };
    const group = "admissionregistration.k8s.io";
    const webhooks = { group, resource: "mutatingwebhookconfigurations" };

    it.each([
      { verb: "list", resource: "configmaps" },
      { verb: "watch", resource: "configmaps", ...elsewhere },
      { verb: "list", resource: "limitranges" },
      { verb: "watch", resource: "limitranges", ...elsewhere },
      { verb: "create", resource: "events", ...elsewhere },
      { verb: "create", resource: "secrets", ...own },
      ...["get", "list", "watch", "update"].map((verb) => ({
        verb,
        resource: "secrets",
        name: "podpecker-tls",
        ...own,
      })),
      ...["get", "list", "watch", "patch"].flatMap((verb) => [
        { verb, ...webhooks, name: "podpecker" },
        { verb, group, resource: "validatingwebhookconfigurations", name: "podpecker" },
      ]),
    ])("may $verb $resource $name ($namespace)", async (action) => {
      expect(await isAllowed(action)).toBe(true);
    });

    it.each([
      ...["get", "list", "create", "update", "delete"].map((verb) => ({
        verb,
        resource: "pods",
        ...elsewhere,
      })),
      ...["create", "update", "patch", "delete"].map((verb) => ({ verb, resource: "configmaps", ...own })),
      ...["get", "list", "watch", "update", "delete"].map((verb) => ({ verb, resource: "secrets", ...own })),
      { verb: "get", resource: "secrets", name: "podpecker-ca", ...own },
      { verb: "delete", resource: "secrets", name: "podpecker-tls", ...own },
      { verb: "get", resource: "secrets", name: "podpecker-tls", ...elsewhere },
      { verb: "create", resource: "secrets", ...elsewhere },
      ...["list", "watch", "create", "delete"].map((verb) => ({ verb, ...webhooks })),
      { verb: "patch", ...webhooks, name: "another" },
      { verb: "delete", ...webhooks, name: "podpecker" },
      { verb: "list", resource: "events", ...elsewhere },
      { verb: "get", resource: "namespaces", name: "default" },
      { verb: "impersonate", resource: "users", name: "admin" },
      { verb: "create", resource: "serviceaccounts", subresource: "token", name: "podpecker", ...own },
      { verb: "update", group: "apps", resource: "deployments", name: "podpecker", ...own },
    ])("may not $verb $resource $name ($namespace)", async (action) => {
      expect(await isAllowed(action)).toBe(false);
    });
  });

  describe("by label", () => {
    beforeAll(async () => {
      await namespace("labelled", { "podpecker.dev/enabled": "true" });
      await namespace("unlabelled");
      for (const name of EXCLUDED)
        await kubectl(plane, ["label", "--overwrite", "namespace", name, "podpecker.dev/enabled=true"]);
    });

    afterAll(async () => {
      for (const name of EXCLUDED)
        await kubectl(plane, ["label", "namespace", name, "podpecker.dev/enabled-"]);
      await kubectl(plane, ["delete", "--wait=false", "namespace", "labelled", "unlabelled"]);
    });

    it.each<Asked>([
      { namespace: "labelled" },
      { namespace: "labelled", mirror: true },
      { namespace: "labelled", mirror: true, node: "amd64" },
      { namespace: "labelled", as: "system:node:amd64", node: "amd64" },
      { namespace: "labelled", as: "system:node:amd64", mirror: true },
      {
        namespace: "labelled",
        as: "system:serviceaccount:labelled:system:node:x",
        mirror: true,
        node: "amd64",
      },
    ])("Podpecker is asked about %o", async (pod) => {
      expect(await isAsked(pod)).toBe(true);
    });

    it.each<Asked>([
      { namespace: "labelled", as: "system:node:amd64", mirror: true, node: "amd64" },
      { namespace: "unlabelled" },
      ...EXCLUDED.map((name) => ({ namespace: name })),
    ])("Podpecker is not asked about %o", async (pod) => {
      expect(await isAsked(pod)).toBe(false);
    });
  });

  describe("by exclusion", () => {
    beforeAll(async () => {
      expect(await applyFolder("overlays/by-exclusion")).toMatchObject({ code: 0 });
      await namespace("woodpecker-7");
      await namespace("woodpecker-8", { "podpecker.dev/enabled": "false" });
    });

    afterAll(() => kubectl(plane, ["delete", "--wait=false", "namespace", "woodpecker-7", "woodpecker-8"]));

    it("Podpecker is asked about the namespace of an organisation, which has no labels", async () => {
      expect(await isAsked({ namespace: "woodpecker-7" })).toBe(true);
    });

    it.each(["woodpecker-8", "default"])("Podpecker is not asked about %s", async (where) => {
      expect(await isAsked({ namespace: where })).toBe(false);
    });
  });

  it("is gone as a whole after what docs/install.md says", async () => {
    await uninstall();

    expect((await call(plane, "GET", "/api/v1/namespaces/podpecker")).status).toBe(404);
    const left = await kubectl(plane, [
      "get",
      `${CONFIGURATIONS},clusterrole,clusterrolebinding`,
      "--output=name",
    ]);
    expect(left.stdout).not.toContain("podpecker");
  });
});

describe("Helm", () => {
  const AuditLine = z.looseObject({
    verb: z.string(),
    userAgent: z.string().optional(),
    objectRef: z.looseObject({ resource: z.string(), name: z.string().optional() }).optional(),
  });

  /** The kinds that Helm deleted, in the order of their deletion. */
  const deletedByHelm = (): string[] =>
    readFileSync(plane.auditLog, "utf8")
      .trim()
      .split("\n")
      .map((line) => AuditLine.parse(JSON.parse(line)))
      .filter(({ verb, userAgent = "" }) => verb === "delete" && userAgent.startsWith("Helm/"))
      .flatMap(({ objectRef }) => objectRef?.resource ?? []);

  it("installs the chart, keeps a bundle over an upgrade, and deletes the webhooks first", async () => {
    await kubectl(plane, ["apply", "--filename", join(MANIFESTS, "base/namespace.yaml")]);
    expect(await helmRelease(plane, "install")).toMatchObject({ code: 0 });
    await untilReady();
    await giveBundle();
    const { code, stderr } = await helmRelease(plane, "upgrade", ["--set", "failurePolicy=Ignore"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await bundles()).toEqual([BUNDLE, BUNDLE]);
    const before = deletedByHelm().length;

    expect(await helmRelease(plane, "uninstall")).toMatchObject({ code: 0 });

    const deleted = deletedByHelm().slice(before);
    expect(deleted.slice(0, 2)).toEqual(["validatingwebhookconfigurations", "mutatingwebhookconfigurations"]);
    expect(deleted).toContain("deployments");
  });
});
