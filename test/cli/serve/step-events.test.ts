import { describe, expect, it } from "vitest";

import { type ReviewedRequest } from "#src/admission/answer.ts";
import { decide } from "#src/admission/decide.ts";
import { createStepEvents } from "#src/cli/serve/step-events.ts";
import { createPolicyStore } from "#src/policy/policy-store.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { connected } from "#test/adapters/cluster/connected.ts";
import { withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const tier = { namespace: "podpecker", promoted: [] };

function configMap(name: string, document: object): object {
  const labels = { "podpecker.dev/policy": "true" };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "podpecker", uid: `uid-${name}`, resourceVersion: "7", labels },
    data: { "policy.yaml": JSON.stringify({ version: "v1", ...document }) },
  };
}

/** A teller on a fake API server, for the policies of these ConfigMaps and one of a file. */
async function telling(documents: Readonly<Record<string, object>>) {
  const { api, cluster } = await connected();
  const store = createPolicyStore(tier);
  store.setFiles(
    readPolicies(
      [{ path: "file.yaml", text: "{version: v1, secrets: {fromStep: [a]}, match: {namespaces: [files]}}" }],
      tier,
    ),
  );
  for (const [name, document] of Object.entries(documents)) store.putConfigMap(configMap(name, document));
  const clock = { now: NOW };
  const problems: string[] = [];
  const events = createStepEvents(cluster, {
    identify: store.identify,
    onProblem: ({ message }) => problems.push(message),
    clock: { now: () => clock.now, steady: () => 0, after: () => ({ cancel: () => undefined }) },
  });
  const follow = (
    options: string,
    { name = "build", namespace = "ci", dryRun = false, env = {} } = {},
  ): void => {
    const container = {
      name,
      image: "alpine",
      env: Object.entries(env).map(([key, value]) => ({ name: key, value: String(value) })),
    };
    const pod = withText({ metadata: { name }, spec: { containers: [container] } }, options);
    const decision = decide(pod, { namespace, user: "agent", now: NOW }, store.current().policies);
    const request = { uid: "u1", namespace, dryRun, userInfo: { username: "agent" }, object: pod };
    const reviewed: ReviewedRequest = { pod, decision, request };
    events.follow({ reviewed });
  };
  const next = async (): Promise<Record<string, unknown>> => {
    const { asked, body, reply } = await api.next();
    expect(asked).toBe("POST /api/v1/namespaces/podpecker/events");
    reply(201, {});
    return body as Record<string, unknown>;
  };
  return { api, clock, problems, events, follow, next };
}

const closed = { serviceAccountName: { fromStep: ["ci-*"] }, volumes: { fromStep: ["*-cache"] } };

describe("what a policy refused", () => {
  it("is told on its ConfigMap: to whom, what and by which rule", async () => {
    const { follow, next, problems, events } = await telling({ acme: closed });

    follow("serviceAccountName: root");
    const event = await next();
    await events.settled();

    expect(event).toMatchObject({
      involvedObject: { kind: "ConfigMap", namespace: "podpecker", name: "acme", uid: "uid-acme" },
      type: "Warning",
      reason: "StepRefused",
      message: expect.stringMatching(
        /^Pod ci\/build, created by agent, runs without what it wants: serviceAccountName: "root" is not granted.* \(podpecker\/acme#\/serviceAccountName\/fromStep\)/,
      ) as unknown,
    });
    expect(problems).toEqual([]);
  });

  it("is told once an hour for each option and namespace, however many Pods there are", async () => {
    const { api, clock, follow, next, events } = await telling({ acme: closed });

    for (let count = 0; count < 50; count += 1)
      follow(`serviceAccountName: root-${count}`, { name: `build-${count}` });
    follow("serviceAccountName: root", { namespace: "prod" });
    follow("{serviceAccountName: root, volumes: ['data:/data']}");
    const told = [await next(), await next(), await next()];
    await events.settled();

    expect(api.left()).toEqual([]);
    expect(told.map(({ message }) => /^Pod (\S+),.*wants: (\w+)/.exec(String(message))?.slice(1, 3))).toEqual(
      [
        ["ci/build-0", "serviceAccountName"],
        ["prod/build", "serviceAccountName"],
        ["ci/build", "volumes"],
      ],
    );
    clock.now += 3_600_000;
    follow("serviceAccountName: root");
    expect(await next()).toMatchObject({ reason: "StepRefused" });
  });

  it("is the same Event whichever replica tells it, of whichever Pod", async () => {
    const [one, two] = [await telling({ acme: closed }), await telling({ acme: closed })];

    one.follow("serviceAccountName: root", { name: "a" });
    two.follow("serviceAccountName: other", { name: "b" });
    const [first, second] = [await one.next(), await two.next()];

    expect(first["metadata"]).toEqual(second["metadata"]);
    expect(first["message"]).not.toBe(second["message"]);
  });

  it("is told as a denial where the Pod does not run, and as what would be in audit mode", async () => {
    const { follow, next } = await telling({
      acme: { ...closed, onRefusal: "deny", match: { namespaces: ["ci"] } },
      open: { mode: "audit", runtimeClassName: { fromStep: false }, match: { namespaces: ["prod"] } },
    });

    follow("serviceAccountName: root");
    expect(await next()).toMatchObject({
      reason: "StepDenied",
      message: expect.stringContaining("created by agent, does not run: serviceAccountName") as unknown,
    });
    follow("runtimeClassName: gvisor", { namespace: "prod" });
    expect(await next()).toMatchObject({
      reason: "StepWouldBeRefused",
      type: "Normal",
      involvedObject: { name: "open" },
      message: expect.stringContaining("if the policy were enforced: runtimeClassName") as unknown,
    });
  });

  it("is not told of a dry run, of policies in files, and of what no policy says", async () => {
    const { api, follow, next, events } = await telling({ acme: closed });

    follow("serviceAccountName: root", { dryRun: true });
    follow("secrets: [{name: b}]", { namespace: "files" });
    follow("secrets: [{name: b}]");
    follow("serviceAccountName: root");
    expect(await next()).toMatchObject({ involvedObject: { name: "acme" } });
    await events.settled();

    expect(api.left()).toEqual([]);
  });

  it("is told without the values of variables", async () => {
    const { follow, next } = await telling({ acme: { ...closed, trustPod: false } });

    follow('serviceAccountName: "${NAME}"', { env: { NAME: "hunter2" } });

    expect(JSON.stringify(await next())).not.toContain("hunter2");
  });

  it("is told no faster than the cluster should bear", async () => {
    const { api, follow, next, events } = await telling({ acme: closed });

    for (let count = 0; count < 100; count += 1)
      follow("serviceAccountName: root", { namespace: `ci-${count}` });
    for (let count = 0; count < 20; count += 1) await next();
    await events.settled();

    expect(api.left()).toEqual([]);
  });
});
