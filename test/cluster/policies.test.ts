import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, describe, expect, it, onTestFinished } from "vitest";

import { Pod } from "#src/kubernetes/pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { askReplica } from "./ask-replica.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { type Ran } from "./control-plane/run-program.ts";
import { until } from "./control-plane/until.ts";
import { createPod } from "./create-pod.ts";
import { decidedBy } from "./decided-by.ts";
import { installed } from "./installed.ts";
import { metric } from "./metric.ts";
import { policyConfigMap } from "./policy-config-map.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";
import { withoutPolicyReviews } from "./without-policy-reviews.ts";

const plane = sharedPlane();
const podpecker = installed(plane, 2);

afterAll(() => plane.restartControllers());

const LABEL = "acme.example/version";

/** A policy that can be told by the label that it sets. */
const versioned = (namespace: string, version: string): object => ({
  match: { namespaces: [namespace] },
  labels: { set: { [LABEL]: version } },
});

const rejected = (namespace: string): RegExp =>
  new RegExp(`"source":"podpecker/${namespace}".*"msg":"policy rejected"`);

const BAD = `version: v1
labels: { set: { a: b } }
resources:
  default: { request: { cpu: 1 } }
onRefusal: ask
`;

const applyPolicy = (namespace: string, document: object | string): Promise<Ran> =>
  kubectl(plane, ["apply", "-f", "-"], { input: JSON.stringify(policyConfigMap(namespace, document)) });

/** A policy of a namespace of steps. */
function ownPolicy(namespace: string, document: object): object {
  const metadata = { name: "own", namespace, labels: { "podpecker.dev/policy": "true" } };
  return { ...policyConfigMap("own", document), metadata };
}

function applyOwn(namespace: string, document: object): Promise<Ran> {
  onTestFinished(async () => {
    await kubectl(plane, ["delete", "configmap", "own", `--namespace=${namespace}`, "--ignore-not-found"]);
  });
  return kubectl(plane, ["apply", "-f", "-"], { input: JSON.stringify(ownPolicy(namespace, document)) });
}

/** What the API server makes of the label, as soon as that is it; nothing is a label that nobody sets. */
const untilSet = (namespace: string, version: string | undefined): Promise<unknown> =>
  until(`the label is ${version ?? "not there"}`, async () => {
    const { status, body } = await createPod(plane, stepPod(namespace), { isDryRun: true });
    return (status === 201 && Pod.parse(body).metadata?.labels?.[LABEL] === version) || undefined;
  });

const untilAllSet = (namespace: string, version: string): Promise<unknown> =>
  until(`every replica sets ${version}`, async () => {
    const versions = await setByReplicas(namespace);
    return versions.every((one) => one === version) || undefined;
  });

const setByReplicas = (namespace: string): Promise<(string | undefined)[]> =>
  Promise.all(
    podpecker().replicas.map(async (replica) => {
      const { metadata } = await decidedBy(replica, stepPod(namespace));
      return metadata.labels?.[LABEL];
    }),
  );

/** How often each replica found that the cluster cannot be watched. */
const problems = (): Promise<number[]> =>
  Promise.all(
    podpecker().replicas.map((replica) =>
      metric(replica, 'podpecker_cluster_problems_total{resource="configmaps"}'),
    ),
  );

describe("a policy that is applied", () => {
  it("is in force at once, and so is its change and its end", async () => {
    const namespace = await stepNamespace(podpecker());

    await applyForTest(plane, policyConfigMap(namespace, versioned(namespace, "one")));
    await untilSet(namespace, "one");
    await applyForTest(plane, policyConfigMap(namespace, versioned(namespace, "two")));
    await untilSet(namespace, "two");
    await kubectl(plane, ["delete", "configmap", namespace, "--namespace=podpecker"]);
    await untilSet(namespace, undefined);
  });

  it("is refused where it is bad: key, line, column, what was found and what was meant", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { labels: { set: { [LABEL]: "one" } } } });

    const { code, stderr } = await applyPolicy(namespace, BAD);

    expect(code).toBe(1);
    expect(stderr).toContain('admission webhook "policies.podpecker.dev" denied the request: podpecker: ');
    expect(stderr.trimEnd().split("\n").slice(-2)).toEqual([
      expect.stringMatching(/^- podpecker\/\S+ policy.yaml:4:14: .*request.*"requests"/),
      expect.stringMatching(/^- podpecker\/\S+ policy.yaml:5:12: .*"ask".*warn.*deny/),
    ]);
  });

  it("narrows the law in a namespace of steps, which cannot write it", async () => {
    const policy = { labels: { set: { [LABEL]: "law" }, fromStep: { keys: ["team", "tier"] } } };
    const namespace = await stepNamespace(podpecker(), { policy });
    const own = {
      labels: { set: { [LABEL]: "own", team: "web", other: "x" }, fromStep: { keys: ["tier"] } },
      serviceAccountName: { default: "admin", fromStep: true },
    };

    const { code, stderr } = await applyOwn(namespace, own);
    const metadata = await until("the label of the namespace's policy is there", async () => {
      const options = { labels: { team: "step", tier: "step", more: "step" } };
      const { status, body } = await createPod(plane, stepPod(namespace, { options }), { isDryRun: true });
      const { metadata } = status === 201 ? Pod.parse(body) : {};
      return metadata?.labels?.["team"] === "web" ? metadata : undefined;
    });

    expect(metadata.labels).toEqual({ step: "build", [LABEL]: "law", team: "web", tier: "step" });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Warning: \S+\/own policy\.yaml:\d+:\d+: labels\.set\.other: "x" is not granted/m,
    );
    expect(stderr).toMatch(/^Warning: \S+\/own policy\.yaml:\d+:\d+: serviceAccountName\.default: /m);
  });

  it("is refused in a namespace of steps, too, where it is bad", async () => {
    const namespace = await stepNamespace(podpecker());

    const { code, stderr } = await applyOwn(namespace, { lables: {} });

    expect(code).toBe(1);
    expect(stderr).toMatch(/own policy\.yaml:\d+:\d+: lables: .*"labels"/);
  });
});

describe("a bad policy that got in", () => {
  it("leaves the last good one in force, over a restart of the API server, until a good one comes", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { labels: { set: { [LABEL]: "one" } } } });
    await withoutPolicyReviews(podpecker());

    expect(await applyPolicy(namespace, BAD)).toMatchObject({ code: 0 });
    await Promise.all(podpecker().replicas.map((replica) => replica.untilLogged(rejected(namespace))));
    await untilSet(namespace, "one");
    await plane.apiServer.restart();
    expect(await setByReplicas(namespace)).toEqual(["one", "one"]);
    await untilSet(namespace, "one");
    await applyPolicy(namespace, versioned(namespace, "two"));

    await untilAllSet(namespace, "two");
  });

  it("has an Event that says what is wrong with it", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { labels: { set: { [LABEL]: "one" } } } });
    await withoutPolicyReviews(podpecker());

    await applyPolicy(namespace, BAD);

    const told = await until("an Event", async () => {
      const { stdout } = await kubectl(plane, ["describe", "configmap", namespace, "--namespace=podpecker"]);
      return /\nEvents:\n[^]*PolicyRejected[^]*/.exec(stdout)?.[0];
    });
    expect(told).toContain("The last good version stays in force");
    expect(told).toContain(`podpecker/${namespace} policy.yaml:4:14: resources.default.request: `);
    // Two replicas tell the same thing once.
    expect(told.match(/PolicyRejected/g)).toHaveLength(1);
  });

  it("keeps a replica that starts now from being ready, until a good one comes", async () => {
    const namespace = await stepNamespace(podpecker());
    await withoutPolicyReviews(podpecker());
    await applyForTest(plane, policyConfigMap(namespace, BAD));

    const replica = await podpecker().startReplica();
    onTestFinished(() => replica.stop());
    await replica.untilLogged(rejected(namespace));
    expect(await askReplica(replica, "/readyz")).toMatchObject({
      status: 503,
      body: { missing: [`podpecker/${namespace} is bad, and no good policies came before it`] },
    });
    await applyPolicy(namespace, versioned(namespace, "one"));

    await until("the replica is ready", async () => {
      const { status } = await askReplica(replica, "/readyz");
      return status === 200 || undefined;
    });
  });

  it("denies the steps of its namespace, where that is one of steps, with the reason", async () => {
    const namespace = await stepNamespace(podpecker());
    await withoutPolicyReviews(podpecker());
    await applyForTest(plane, ownPolicy(namespace, { lables: {} }));

    const denied = await until("a Pod is denied", async () => {
      const { status, body } = await createPod(plane, stepPod(namespace), { isDryRun: true });
      return status === 201 ? undefined : body;
    });

    expect(denied).toMatchObject({
      code: 403,
      message: expect.stringMatching(/own policy\.yaml:\d+:\d+: lables: /) as string,
    });
  });
});

describe("while the API server is away", () => {
  it("replicas are ready, answer as before, and follow what changes once it is there again", async () => {
    const namespace = await stepNamespace(podpecker(), { policy: { labels: { set: { [LABEL]: "one" } } } });
    onTestFinished(async () => {
      if (plane.apiServer.pid === undefined) await plane.apiServer.start();
    });
    const before = await problems();

    await plane.apiServer.stop();
    await until("every replica notices", async () => {
      const now = await problems();
      return now.every((count, index) => count > (before[index] ?? 0)) || undefined;
    });

    expect(await setByReplicas(namespace)).toEqual(["one", "one"]);
    for (const replica of podpecker().replicas)
      expect(await askReplica(replica, "/readyz")).toMatchObject({ status: 200 });
    await plane.apiServer.start();
    await applyPolicy(namespace, versioned(namespace, "two"));
    await untilAllSet(namespace, "two");
  });
});

it("follows a ConfigMap that is named to it, wherever it is: the settings of an agent", async () => {
  const namespace = await stepNamespace(podpecker());
  const data = {
    WOODPECKER_SERVER: "woodpecker-server:9000",
    WOODPECKER_BACKEND_K8S_NAMESPACE: namespace,
    WOODPECKER_BACKEND_K8S_POD_LABELS: JSON.stringify({ [LABEL]: "agent" }),
  };
  const metadata = { name: "agent", namespace };
  await applyForTest(plane, { apiVersion: "v1", kind: "ConfigMap", metadata, data });

  const replica = await podpecker().startReplica("--policy-configmap", `${namespace}/agent`);
  onTestFinished(() => replica.stop());
  await replica.untilLogged(new RegExp(`"${namespace}/agent"`));

  const { metadata: decided } = await decidedBy(replica, stepPod(namespace));
  expect(decided.labels).toMatchObject({ [LABEL]: "agent" });
});

it("holds together with those of files", async () => {
  const file = join(plane.directory, "beside.yaml");
  await writeFile(file, "version: v1\nannotations: { set: { acme.example/file: there } }\n");
  const namespace = await stepNamespace(podpecker(), { policy: { labels: { set: { [LABEL]: "cluster" } } } });

  const replica = await podpecker().startReplica("--policy", file);
  onTestFinished(() => replica.stop());
  await replica.untilLogged(/"cluster read"/);

  const { metadata: decided } = await decidedBy(replica, stepPod(namespace));
  expect(decided.labels).toMatchObject({ [LABEL]: "cluster" });
  expect(decided.annotations).toMatchObject({ "acme.example/file": "there" });
});
