import { describe, expect, it, onTestFinished } from "vitest";

import { createSecret, readSecret, updateSecret, watchSecret } from "#src/adapters/cluster/secrets.ts";
import { connected, status } from "./connected.ts";
import { createQueue } from "./queue.ts";

const place = { namespace: "podpecker", name: "podpecker-tls" };
const ONE = "/api/v1/namespaces/podpecker/secrets/podpecker-tls";
const ALL = "/api/v1/namespaces/podpecker/secrets";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const stored = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { ...place, resourceVersion: "5", labels: { a: "b" }, finalizers: ["keep"] },
  type: "kubernetes.io/tls",
  data: { "tls.crt": base64("CERT ä"), "tls.key": base64("KEY") },
};
const content = {
  type: "kubernetes.io/tls",
  data: { "tls.crt": "CERT ä", "tls.key": "KEY" },
  annotations: {},
};

/** One that was read. */
async function readOne() {
  const { api, cluster, origin } = await connected();
  const reading = readSecret(cluster, place);
  (await api.next()).reply(200, stored);
  const secret = await reading;
  if (secret === undefined) throw new Error("there is one");
  return { api, cluster, origin, secret };
}

describe("a Secret", () => {
  it("is read as text", async () => {
    const { secret } = await readOne();

    expect(secret).toEqual({ ...content, object: stored });
  });

  it.each([
    { code: 404, result: { value: undefined } },
    { code: 403, result: { error: 'cannot get secrets "podpecker-tls" in namespace "podpecker" (403: no)' } },
  ])("that is answered with $code", async ({ code, result }) => {
    const { api, cluster, origin } = await connected();

    const reading = readSecret(cluster, place).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: String(error).replace(`ClusterError: ${origin}: `, "") }),
    );
    const exchange = await api.next();
    exchange.reply(code, status(code, "no"));

    expect(exchange.asked).toBe(`GET ${ONE}`);
    expect(await reading).toEqual(result);
  });

  it("is made", async () => {
    const { api, cluster } = await connected();

    const making = createSecret(cluster, place, { ...content, annotations: { since: "now" } });
    const { asked, body, headers, reply } = await api.next();
    reply(201, stored);

    expect(asked).toBe(`POST ${ALL}`);
    expect(headers["content-type"]).toBe("application/json");
    expect(body).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...place, annotations: { since: "now" } },
      type: "kubernetes.io/tls",
      data: stored.data,
    });
    expect(await making).toEqual({ outcome: "created", secret: { ...content, object: stored } });
  });

  it("that is there is not made", async () => {
    const { api, cluster } = await connected();

    const making = createSecret(cluster, place, content);
    (await api.next()).reply(409, status(409, "exists", "AlreadyExists"));

    expect(await making).toEqual({ outcome: "exists" });
  });

  it("is changed in its content only, at the version it was read", async () => {
    const { api, cluster, secret } = await readOne();

    const updating = updateSecret(cluster, secret, { data: { "tls.crt": "NEW" }, annotations: { x: "y" } });
    const { asked, body, reply } = await api.next();
    reply(200, { ...stored, metadata: { ...stored.metadata, resourceVersion: "6" } });

    expect(asked).toBe(`PUT ${ONE}`);
    expect(body).toEqual({
      ...stored,
      metadata: { ...stored.metadata, annotations: { x: "y" } },
      data: { "tls.crt": base64("NEW") },
    });
    expect(await updating).toMatchObject({
      outcome: "updated",
      secret: { object: { metadata: { resourceVersion: "6" } } },
    });
  });

  it.each([409, 404])("that is another one by now is not changed: %d", async (code) => {
    const { api, cluster, secret } = await readOne();

    const updating = updateSecret(cluster, secret, content);
    (await api.next()).reply(code, status(code, "no"));

    expect(await updating).toEqual({ outcome: "conflict" });
  });

  it.each([403, 500])("that may not be written is an error: %d", async (code) => {
    const { api, cluster, secret } = await readOne();

    const writing = Promise.allSettled([
      createSecret(cluster, place, content),
      updateSecret(cluster, secret, content),
    ]);
    (await api.next()).reply(code, status(code, "no"));
    (await api.next()).reply(code, status(code, "no"));

    expect((await writing).map(({ status: outcome }) => outcome)).toEqual(["rejected", "rejected"]);
  });

  it("is watched by its name, as it comes, changes and goes", async () => {
    const { api, cluster } = await connected();
    const seen = createQueue<unknown>();
    const fail = (error: unknown): void => {
      seen.push({ error });
    };
    const onChange = (secret: unknown): void => {
      seen.push({ secret });
    };
    const watch = watchSecret(cluster, place, { onChange, onProblem: fail, onDefect: fail });
    onTestFinished(watch.close);

    const list = await api.next();
    list.reply(200, {
      apiVersion: "v1",
      kind: "SecretList",
      metadata: { resourceVersion: "1" },
      items: [],
    });
    const stream = (await api.next()).stream();

    expect([list.asked, list.query["fieldSelector"]]).toEqual([`GET ${ALL}`, "metadata.name=podpecker-tls"]);
    expect(await seen.next()).toEqual({ secret: undefined });
    stream.send({ type: "ADDED", object: stored });
    expect(await seen.next()).toEqual({ secret: { ...content, object: stored } });
    stream.send({ type: "DELETED", object: stored });
    expect(await seen.next()).toEqual({ secret: undefined });
  });
});
