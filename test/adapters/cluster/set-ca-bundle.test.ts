import { describe, expect, it, onTestFinished } from "vitest";

import { setCaBundle } from "#src/adapters/cluster/set-ca-bundle.ts";
import {
  caBundlesOf,
  watchWebhookConfiguration,
  type WebhookConfiguration,
} from "#src/adapters/cluster/webhook-configurations.ts";
import { connected, status } from "./connected.ts";
import { createQueue } from "./queue.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const configuration = (resourceVersion: string, ...bundles: readonly (string | undefined)[]) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "podpecker", resourceVersion },
  webhooks: bundles.map((bundle, index) => ({
    name: `hook-${index}`,
    clientConfig: {
      service: { namespace: "podpecker", name: "podpecker", path: "/mutate" },
      ...(bundle === undefined ? {} : { caBundle: base64(bundle) }),
    },
    sideEffects: "NoneOnDryRun",
  })),
});

const mutating = { kind: "mutating", name: "podpecker" } as const;
const AT = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/podpecker";

describe("the CA bundle of a webhook configuration", () => {
  it("is set where it differs, and nothing else is", async () => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, mutating, "NEW");
    const read = await api.next();
    read.reply(200, configuration("7", "OLD", "NEW", undefined));
    const patch = await api.next();
    patch.reply(200, configuration("8", "NEW", "NEW", "NEW"));

    expect([read.asked, patch.asked]).toEqual([`GET ${AT}`, `PATCH ${AT}`]);
    expect(patch.headers["content-type"]).toBe("application/json-patch+json");
    expect(patch.body).toEqual([
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: base64("NEW") },
      { op: "add", path: "/webhooks/2/clientConfig/caBundle", value: base64("NEW") },
    ]);
    expect(await setting).toBe("patched");
  });

  it.each([
    { title: "is right", code: 200, body: configuration("7", "NEW"), outcome: "unchanged" },
    { title: "has no webhooks", code: 200, body: configuration("7"), outcome: "unchanged" },
    { title: "is not there", code: 404, body: status(404, "not found"), outcome: "absent" },
  ])("of one that $title is left alone", async ({ code, body, outcome }) => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, { kind: "validating", name: "podpecker" }, "NEW");
    const read = await api.next();
    read.reply(code, body);

    expect(read.asked).toBe(
      "GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/podpecker",
    );
    expect(await setting).toBe(outcome);
    expect(api.left()).toEqual([]);
  });

  it("of one that changes meanwhile is set by what it is then", async () => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, mutating, "NEW");
    (await api.next()).reply(200, configuration("7", "OLD"));
    (await api.next()).reply(409, status(409, "the object has been modified", "Conflict"));
    (await api.next()).reply(200, configuration("8", "NEW", "OLD"));
    const patch = await api.next();
    patch.reply(200, configuration("9", "NEW", "NEW"));

    expect(patch.body).toEqual([
      { op: "replace", path: "/metadata/resourceVersion", value: "8" },
      { op: "add", path: "/webhooks/1/clientConfig/caBundle", value: base64("NEW") },
    ]);
    expect(await setting).toBe("patched");
  });

  it("of one that goes meanwhile is not set", async () => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, mutating, "NEW");
    (await api.next()).reply(200, configuration("7", "OLD"));
    (await api.next()).reply(404, status(404, "not found"));
    (await api.next()).reply(404, status(404, "not found"));

    expect(await setting).toBe("absent");
  });

  it("is not fought over for ever", async () => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, mutating, "NEW");
    const failing = expect(setting).rejects.toThrow('"podpecker" was changed by someone else each time');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      (await api.next()).reply(200, configuration(String(attempt), "OLD"));
      (await api.next()).reply(409, status(409, "modified"));
    }

    await failing;
  });

  it("that may not be set says what is missing", async () => {
    const { api, cluster } = await connected();

    const setting = setCaBundle(cluster, mutating, "NEW");
    (await api.next()).reply(200, configuration("7", "OLD"));
    (await api.next()).reply(403, status(403, 'User "x" cannot patch resource "…"'));

    await expect(setting).rejects.toThrow(
      'this account needs a ClusterRole with the verb "patch" on "mutatingwebhookconfigurations" of apiGroup "admissionregistration.k8s.io"',
    );
  });

  it("is watched by the configuration's name", async () => {
    const { api, cluster } = await connected();
    const seen = createQueue<WebhookConfiguration | undefined>();
    const fail = (error: unknown): void => {
      throw error;
    };
    const watch = watchWebhookConfiguration(cluster, mutating, {
      onChange: seen.push,
      onProblem: fail,
      onDefect: fail,
    });
    onTestFinished(watch.close);

    const list = await api.next();
    list.reply(200, {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfigurationList",
      metadata: { resourceVersion: "1" },
      items: [configuration("7", "OLD ä", undefined)],
    });

    const configured = await seen.next();
    expect(list.query["fieldSelector"]).toBe("metadata.name=podpecker");
    expect(configured === undefined ? [] : caBundlesOf(configured)).toEqual(["OLD ä", ""]);
  });
});
