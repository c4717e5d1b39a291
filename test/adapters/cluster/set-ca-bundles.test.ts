import { describe, expect, it, onTestFinished } from "vitest";

import { setCaBundles } from "#src/adapters/cluster/set-ca-bundles.ts";
import {
  caBundlesOf,
  watchWebhookConfiguration,
  WebhookConfiguration,
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

describe("the CA bundles of a webhook configuration", () => {
  it("are set where they differ, at the version that was read, and nothing else is", async () => {
    const { api, cluster } = await connected();
    const read = WebhookConfiguration.parse(configuration("7", "OLD", "NEW", undefined, "OTHER"));

    const setting = setCaBundles(cluster, { kind: "mutating", configuration: read }, ["NEW", "NEW", "NEW"]);
    const patch = await api.next();
    patch.reply(200, configuration("8", "NEW", "NEW", "NEW", "OTHER"));

    expect(patch.asked).toBe(`PATCH ${AT}`);
    expect(patch.headers["content-type"]).toBe("application/json-patch+json");
    expect(patch.body).toEqual([
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: base64("NEW") },
      { op: "add", path: "/webhooks/2/clientConfig/caBundle", value: base64("NEW") },
    ]);
    expect(await setting).toBe("patched");
  });

  it.each([
    { title: "is another one by now", code: 409, reason: "Conflict" },
    { title: "is gone by now", code: 404, reason: "NotFound" },
  ])("of one that $title are not set, which is no error", async ({ code, reason }) => {
    const { api, cluster } = await connected();
    const read = WebhookConfiguration.parse(configuration("7", "OLD"));

    const setting = setCaBundles(cluster, { kind: "validating", configuration: read }, ["NEW"]);
    (await api.next()).reply(code, status(code, "not as it was", reason));

    expect(await setting).toBe("conflict");
  });

  it("that may not be set say what is missing", async () => {
    const { api, cluster } = await connected();
    const read = WebhookConfiguration.parse(configuration("7", "OLD"));

    const setting = setCaBundles(cluster, { kind: "mutating", configuration: read }, ["NEW"]);
    const failing = expect(setting).rejects.toThrow(
      'this account needs a ClusterRole with the verb "patch" on "mutatingwebhookconfigurations" of apiGroup "admissionregistration.k8s.io"',
    );
    (await api.next()).reply(403, status(403, 'User "x" cannot patch resource "…"'));

    await failing;
  });

  it("are watched by the configuration's name", async () => {
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
