import { readFile, stat } from "node:fs/promises";

import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { applyForTest } from "./apply-for-test.ts";
import { askReplica } from "./ask-replica.ts";
import { call } from "./control-plane/call.ts";
import { serviceAccountToken } from "./control-plane/service-account.ts";
import { until } from "./control-plane/until.ts";
import { NAME } from "./installation.ts";
import { installed } from "./installed.ts";
import { policyConfigMap } from "./policy-config-map.ts";
import { sharedPlane } from "./shared-plane.ts";
import { succeed } from "./succeed.ts";
import { withoutPolicyReviews } from "./without-policy-reviews.ts";

const plane = sharedPlane();
// Replicas of other files, which may have had more rights, come before.
const { size: begin } = await stat(plane.auditLog);
const podpecker = installed(plane, 2);

/** What the shipped account may do, and what for. */
const EVERYWHERE = {
  "list configmaps": "policies at the start, and after every interruption",
  "watch configmaps": "changes of policies",
  "list limitranges": "what namespaces allow their Pods, at the start",
  "watch limitranges": "changes of that",
  "create events": "what is wrong with a policy that got in, and what a policy refused",
  "list mutatingwebhookconfigurations/podpecker": "the caBundle, at the start",
  "watch mutatingwebhookconfigurations/podpecker": "somebody else wrote a caBundle",
  "get mutatingwebhookconfigurations/podpecker": "the caBundle, just before it is changed",
  "patch mutatingwebhookconfigurations/podpecker": "the caBundle",
  "list validatingwebhookconfigurations/podpecker": "the same, for policies",
  "watch validatingwebhookconfigurations/podpecker": "the same, for policies",
  "get validatingwebhookconfigurations/podpecker": "the same, for policies",
  "patch validatingwebhookconfigurations/podpecker": "the same, for policies",
};
const IN_OWN_NAMESPACE = {
  ...EVERYWHERE,
  "create secrets": "the certificate, by the first replica",
  "list secrets/podpecker-tls": "the certificate, at the start",
  "watch secrets/podpecker-tls": "the certificate that another replica has renewed",
  "get secrets/podpecker-tls": "the certificate, just before it is renewed",
  "update secrets/podpecker-tls": "a renewed certificate",
};

const Rules = z.object({
  status: z.object({
    incomplete: z.literal(false),
    resourceRules: z.array(
      z.object({
        verbs: z.array(z.string()),
        apiGroups: z.array(z.string()),
        resources: z.array(z.string()),
        resourceNames: z.array(z.string()).default([]),
      }),
    ),
  }),
});

const token = (): Promise<string> => serviceAccountToken(plane, NAME, NAME);

// Everybody may ask what they may do, and who they are.
const OF_EVERYBODY = ["authorization.k8s.io", "authentication.k8s.io"];

async function rightsIn(namespace: string): Promise<string[]> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { body } = await call(plane, "POST", path, { token: await token(), body: { spec: { namespace } } });
  return Rules.parse(body)
    .status.resourceRules.filter(({ apiGroups }) => !OF_EVERYBODY.some((group) => apiGroups.includes(group)))
    .flatMap(({ verbs, resources, resourceNames }) => {
      const names = resourceNames.length === 0 ? [""] : resourceNames.map((name) => `/${name}`);
      const objects = resources.flatMap((resource) => names.map((name) => `${resource}${name}`));
      return verbs.flatMap((verb) => objects.map((object) => `${verb} ${object}`));
    })
    .sort();
}

it.each([
  { namespace: NAME, rights: IN_OWN_NAMESPACE },
  { namespace: "default", rights: EVERYWHERE },
])("the account has these rights in $namespace, and no others", async ({ namespace, rights }) => {
  expect(await rightsIn(namespace)).toEqual(Object.keys(rights).sort());
});

it("replicas use every right of their account, and ask for no other", async () => {
  await withoutPolicyReviews(podpecker());
  await applyForTest(plane, policyConfigMap("bad", "?"));
  await until("an Event is written", async () => (await used()).has("create events") || undefined);
  const broken = JSON.stringify({ data: { "tls.crt": "" } });
  await succeed(plane, ["patch", "secret", "podpecker-tls", `--namespace=${NAME}`, `--patch=${broken}`]);
  await until("the certificate is mended", async () => {
    return (await used()).has("update secrets/podpecker-tls") || undefined;
  });

  expect([...(await used())].sort()).toEqual(Object.keys(IN_OWN_NAMESPACE).sort());
});

const AuditEvent = z.object({
  verb: z.string(),
  objectRef: z.object({ resource: z.string(), name: z.string().optional() }),
});

/** What replicas asked the API server for, whether they got it or not, by its audit log. */
async function used(): Promise<ReadonlySet<string>> {
  const log = await readFile(plane.auditLog);
  const lines = log.subarray(begin).toString("utf8").trimEnd().split("\n");
  const own = lines.filter(
    (line) =>
      line.includes('"userAgent":"podpecker"') &&
      line.includes(`"username":"system:serviceaccount:${NAME}:${NAME}"`),
  );
  return new Set(
    own.map((line) => {
      const { verb, objectRef } = AuditEvent.parse(JSON.parse(line));
      const { resource, name } = objectRef;
      const named = `${verb} ${resource}/${name ?? ""}`;
      return named in IN_OWN_NAMESPACE ? named : `${verb} ${resource}`;
    }),
  );
}

const own = `/api/v1/namespaces/${NAME}`;
const webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

it.each([
  { method: "GET", path: `${own}/secrets/other` },
  { method: "GET", path: `${own}/secrets` },
  { method: "DELETE", path: `${own}/secrets/podpecker-tls` },
  { method: "GET", path: "/api/v1/namespaces/default/secrets/podpecker-tls" },
  { method: "POST", path: "/api/v1/namespaces/default/secrets" },
  { method: "GET", path: "/api/v1/secrets" },
  { method: "GET", path: `${own}/configmaps/default-policy` },
  { method: "POST", path: `${own}/configmaps` },
  { method: "PUT", path: `${own}/configmaps/default-policy` },
  { method: "PATCH", path: `${own}/configmaps/default-policy` },
  { method: "DELETE", path: `${own}/configmaps/default-policy` },
  { method: "POST", path: `${own}/limitranges` },
  { method: "GET", path: "/api/v1/pods" },
  { method: "GET", path: `${own}/pods` },
  { method: "POST", path: `${own}/pods` },
  { method: "POST", path: "/api/v1/namespaces/default/pods" },
  { method: "DELETE", path: "/api/v1/namespaces/default/pods/any" },
  { method: "GET", path: "/api/v1/events" },
  { method: "GET", path: "/api/v1/namespaces" },
  { method: "GET", path: "/api/v1/nodes" },
  { method: "GET", path: webhooks },
  { method: "PATCH", path: `${webhooks}/other` },
  { method: "PUT", path: `${webhooks}/podpecker` },
  { method: "DELETE", path: `${webhooks}/podpecker` },
  { method: "POST", path: webhooks },
  { method: "POST", path: `${own}/serviceaccounts/podpecker/token` },
  { method: "PATCH", path: "/apis/rbac.authorization.k8s.io/v1/clusterroles/podpecker" },
])("the account may not $method $path", async ({ method, path }) => {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const body = method === "GET" ? {} : { body: {} };

  const reply = await call(plane, method, path, { token: await token(), type, ...body });

  expect(reply).toMatchObject({ status: 403, body: { message: expect.stringContaining(NAME) as string } });
});

it.each([
  { verb: "list", resource: "configmaps" },
  { verb: "watch", resource: "configmaps" },
  { verb: "list", resource: "limitranges" },
  { verb: "watch", resource: "limitranges" },
])("without the right to $verb $resource no replica becomes ready", async ({ verb, resource }) => {
  await takeAway(verb, resource);

  const replica = await podpecker().startReplica();
  onTestFinished(() => replica.stop());

  await replica.untilLogged(needed(verb, resource));
  expect(await askReplica(replica, "/readyz")).toMatchObject({ status: 503 });
});

it("without the right to create Events a replica only tells its log", async () => {
  await takeAway("create", "events");
  await withoutPolicyReviews(podpecker());
  const [replica] = podpecker().replicas;

  await applyForTest(plane, policyConfigMap("bad-and-untold", "?"));

  await replica?.untilLogged(needed("create", "events"));
});

const needed = (verb: string, resource: string): RegExp =>
  new RegExp(`needs a (Cluster)?Role (in namespace \\S+ )?with the verb \\W*${verb}\\W* on \\W*${resource}`);

const Role = z.object({
  rules: z.array(z.looseObject({ resources: z.array(z.string()), verbs: z.array(z.string()) })),
});

/** Takes a right from the account for the length of a test. */
async function takeAway(verb: string, resource: string): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${NAME}`;
  const { rules } = Role.parse((await call(plane, "GET", path)).body);
  const left = rules
    .map((rule) => ({
      ...rule,
      verbs: rule.resources.includes(resource) ? rule.verbs.filter((one) => one !== verb) : rule.verbs,
    }))
    .filter(({ verbs }) => verbs.length > 0);
  const type = "application/merge-patch+json";
  onTestFinished(async () => {
    await call(plane, "PATCH", path, { body: { rules }, type });
  });
  await call(plane, "PATCH", path, { body: { rules: left }, type });
  await until(`the right to ${verb} ${resource} is gone`, async () => {
    const rights = await rightsIn("default");
    return !rights.includes(`${verb} ${resource}`) || undefined;
  });
}
