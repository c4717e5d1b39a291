import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";

import type { ApiObject } from "#src/adapters/cluster/api-object.ts";
import { resources } from "#src/adapters/cluster/resources.ts";
import { type Observer, type Patience, watchObjects } from "#src/adapters/cluster/watch-objects.ts";
import { connected, status } from "./connected.ts";
import type { Exchange } from "./fake-api-server.ts";
import { createQueue } from "./queue.ts";

// A stream counts as a success however short it was, and what failed is tried again at once.
const hasty: Patience = {
  backoff: { firstMs: 1, mostMs: 5 },
  streamMs: 60_000,
  graceMs: 10_000,
  quietMs: 60_000,
  steadyMs: 0,
};

const LIST = "GET /api/v1/namespaces/ci/configmaps";

const object = (name: string, resourceVersion: number) => ({
  kind: "ConfigMap",
  metadata: { namespace: "ci", name, resourceVersion: String(resourceVersion) },
});
const event = (type: string, name: string, resourceVersion: number) => ({
  type,
  object: object(name, resourceVersion),
});
const listOf = (items: readonly unknown[], metadata: object = {}) => ({
  kind: "ConfigMapList",
  apiVersion: "v1",
  metadata: { resourceVersion: "100", ...metadata },
  items,
});

const shown = (objects: ReadonlyMap<string, ApiObject>): string =>
  [...objects].map(([key, { metadata }]) => `${key}@${metadata.resourceVersion ?? ""}`).join(" ");

/** Watches ConfigMaps of a fake API server; each callback is a line. */
async function watching({
  answerMs,
  patience = {},
  callbacks = {},
}: {
  readonly answerMs?: number;
  readonly patience?: Partial<Patience>;
  readonly callbacks?: Partial<Observer>;
} = {}) {
  const { api, cluster, origin } = await connected(answerMs === undefined ? {} : { answerMs });
  const told = createQueue<string>();
  const watch = watchObjects(
    cluster,
    { resource: resources.configMaps, namespace: "ci", labelSelector: "podpecker.dev/policy=true" },
    {
      onChange: (objects) => {
        told.push(`objects ${shown(objects)}`);
      },
      onSynced: () => {
        told.push("synced");
      },
      onProblem: ({ message }) => {
        told.push(message.replace(`${origin}: `, "").replace(` of ${origin}`, "").replace(api.url, "URL"));
      },
      onDefect: (error) => {
        told.push(`defect ${String(error)}`);
      },
      ...callbacks,
    },
    { ...hasty, ...patience },
  );
  onTestFinished(watch.close);
  return { api, told, watch };
}

type Watching = Awaited<ReturnType<typeof watching>>;

/** Answers the list, and begins the stream after it. */
async function serve({ api }: Pick<Watching, "api">, items: readonly unknown[]) {
  (await api.next()).reply(200, listOf(items));
  const exchange = await api.next();
  return { exchange, stream: exchange.stream() };
}

describe("a watch", () => {
  it("lists page by page, then follows the changes from there", async () => {
    const { api, told } = await watching();

    const first = await api.next();
    first.reply(200, listOf([object("a", 1)], { continue: "more" }));
    const second = await api.next();
    second.reply(200, listOf([object("b", 2)], { resourceVersion: "101" }));
    const third = await api.next();
    third.stream();

    expect(await told.next()).toBe("objects ci/a@1 ci/b@2");
    expect(await told.next()).toBe("synced");
    const labelSelector = "podpecker.dev/policy=true";
    expect([first, second, third].map(({ asked }) => asked)).toEqual([LIST, LIST, LIST]);
    expect(first.query).toEqual({ labelSelector, limit: "500" });
    expect(second.query).toEqual({ labelSelector, limit: "500", continue: "more" });
    expect(third.query).toEqual({
      labelSelector,
      watch: "true",
      resourceVersion: "101",
      allowWatchBookmarks: "true",
      timeoutSeconds: expect.stringMatching(/^(6[1-9]|[789]\d|1[01]\d|120)$/) as string,
    });
    expect(third.headers).toMatchObject({ authorization: "Bearer secret-token", "user-agent": "podpecker" });
  });

  it("tells that there is nothing", async () => {
    const { api, told } = await watching();

    (await api.next()).reply(200, { ...listOf([]), items: null });

    expect(await told.next()).toBe("objects ");
  });

  it("tells after each change, and not of what changes nothing", async () => {
    const watch = await watching();
    const { stream } = await serve(watch, [object("a", 1), object("b", 2)]);
    const { told } = watch;
    expect(await told.next()).toBe("objects ci/a@1 ci/b@2");
    expect(await told.next()).toBe("synced");

    stream.send(event("ADDED", "c", 101));
    expect(await told.next()).toBe("objects ci/a@1 ci/b@2 ci/c@101");
    stream.send(event("ADDED", "c", 101), event("MODIFIED", "c", 101), event("DELETED", "z", 102));
    stream.send({ type: "BOOKMARK", object: { kind: "ConfigMap", metadata: { resourceVersion: "103" } } });
    stream.send(event("MODIFIED", "a", 104));
    expect(await told.next()).toBe("objects ci/a@104 ci/b@2 ci/c@101");
    stream.send(event("DELETED", "b", 105), event("DELETED", "b", 105), event("ADDED", "b", 106));
    expect(await told.next()).toBe("objects ci/a@104 ci/c@101");
    expect(await told.next()).toBe("objects ci/a@104 ci/c@101 ci/b@106");
    expect(told.left()).toEqual([]);
  });

  it("hands over what did not change as the same object, and in a list says what kind it is", async () => {
    const seen: ReadonlyMap<string, ApiObject>[] = [];
    const changed = createQueue<undefined>();
    const onChange = (objects: ReadonlyMap<string, ApiObject>): void => {
      seen.push(objects);
      changed.push(undefined);
    };
    const watch = await watching({ callbacks: { onChange } });
    const { metadata } = object("a", 1);
    const { stream } = await serve(watch, [{ metadata, data: { unknown: "kept" } }]);
    stream.send(event("ADDED", "b", 101));
    stream.end();
    await serve(watch, [object("a", 1)]);
    await watch.told.next();

    expect(seen).toHaveLength(3);
    expect(seen[0]?.get("ci/a")).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { unknown: "kept" },
    });
    expect(seen[1]?.get("ci/a")).toBe(seen[0]?.get("ci/a"));
    expect(seen[2]?.get("ci/a")).toBe(seen[0]?.get("ci/a"));
  });

  it("takes lines that come in pieces, and several at once", async () => {
    const watch = await watching();
    const { stream } = await serve(watch, []);
    const lines = Buffer.from(
      [event("ADDED", "ä", 1), event("ADDED", "b", 2)].map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    expect([await watch.told.next(), await watch.told.next()]).toEqual(["objects ", "synced"]);

    for (const byte of lines.subarray(0, 80)) {
      stream.write(Buffer.of(byte));
      await sleep(0);
    }
    stream.write(lines.subarray(80));

    expect(await watch.told.next()).toBe("objects ci/ä@1");
    expect(await watch.told.next()).toBe("objects ci/ä@1 ci/b@2");
  });
});

describe("nothing is lost when", () => {
  type Ended = Awaited<ReturnType<typeof serve>>;
  const error = (code: number) => ({ type: "ERROR", object: status(code, "too old", "Expired") });

  it.each<{ title: string; end: (ended: Ended) => void }>([
    {
      title: "the time of the stream is over",
      end: ({ stream }) => {
        stream.end();
      },
    },
    {
      title: "the connection is cut in mid-stream",
      end: ({ exchange }) => {
        exchange.cut();
      },
    },
    {
      title: "the version has expired, which an event says",
      end: ({ stream }) => {
        stream.send(error(410));
      },
    },
    {
      title: "the server fails, which an event says",
      end: ({ stream }) => {
        stream.send(error(500));
      },
    },
    {
      title: "the last line is only half there",
      end: ({ stream }) => {
        stream.write(`{"type":"ADDED","object":{"metadata":{"na`);
        stream.end();
      },
    },
    {
      title: "a line is no JSON",
      end: ({ stream }) => {
        stream.write(`{"type":"ADDED",,,}\n`);
        stream.end();
      },
    },
  ])("$title", async ({ end }) => {
    const watch = await watching();
    const { told } = watch;
    const first = await serve(watch, [object("gone", 1), object("same", 2), object("changed", 3)]);
    expect(await told.next()).toBe("objects ci/gone@1 ci/same@2 ci/changed@3");
    expect(await told.next()).toBe("synced");

    end(first);
    await serve(watch, [object("same", 2), object("changed", 103), object("new", 104)]);

    expect(await told.next()).toBe("objects ci/same@2 ci/changed@103 ci/new@104");
    expect(await told.next()).toBe("synced");
    expect(told.left()).toEqual([]);
  });

  it.each<{ title: string; answer: (exchange: Exchange) => void; problem: string }>([
    {
      title: "410 Gone",
      answer: (exchange) => {
        exchange.reply(410, status(410, "too old resource version: 100 (200)", "Expired"));
      },
      problem: 'cannot watch configmaps in namespace "ci" (410)',
    },
    {
      title: "503",
      answer: (exchange) => {
        exchange.reply(503, "unavailable");
      },
      problem: 'cannot watch configmaps in namespace "ci" (503)',
    },
    {
      title: "no word, but a cut",
      answer: (exchange) => {
        exchange.cut();
      },
      problem: "the API server URL cannot be reached: the connection was cut",
    },
    {
      title: "an end",
      answer: (exchange) => {
        exchange.stream().end();
      },
      problem: "the watch of configmaps ended as soon as it had begun",
    },
  ])("a stream is answered with $title", async ({ answer, problem }) => {
    const watch = await watching({ patience: { steadyMs: 60_000 } });
    const { api, told } = watch;
    (await api.next()).reply(200, listOf([object("a", 1)]));
    expect(await told.next()).toBe("objects ci/a@1");

    answer(await api.next());
    const lines = [await told.next()];
    if (lines[0] === "synced") lines.push(await told.next());
    await serve(watch, [object("a", 2)]);

    expect(lines.at(-1)).toBe(problem);
    expect(await told.next()).toBe("objects ci/a@2");
    expect(await told.next()).toBe("synced");
  });

  it.each<{ title: string; answer: (exchange: Exchange) => void; problem: string }>([
    {
      title: "500",
      answer: (exchange) => {
        exchange.reply(500, status(500, "etcdserver: leader changed", "InternalError"));
      },
      problem: 'cannot list configmaps in namespace "ci" (500: etcdserver: leader changed)',
    },
    {
      title: "a cut",
      answer: (exchange) => {
        exchange.cut();
      },
      problem: "the API server URL cannot be reached: the connection was cut",
    },
    {
      title: "half of the JSON",
      answer: (exchange) => {
        exchange.reply(200, `{"kind":"ConfigMapList","items":[{"meta`);
      },
      problem: "URL does not answer as an API server does: ✖ Invalid input: expected object, received string",
    },
    {
      title: "a page that has expired meanwhile",
      answer: (exchange) => {
        exchange.reply(410, status(410, "The provided continue parameter is too old", "Expired"));
      },
      problem: 'cannot list configmaps in namespace "ci" (410: The provided continue parameter is too old)',
    },
  ])("a list is answered with $title", async ({ answer, problem }) => {
    const watch = await watching();
    const { api, told } = watch;
    (await api.next()).reply(200, listOf([object("a", 1)], { continue: "more" }));

    answer(await api.next());
    expect(await told.next()).toBe(problem);
    const again = await api.next();
    again.reply(200, listOf([object("b", 2)]));

    expect(again.query["continue"]).toBeUndefined();
    expect(await told.next()).toBe("objects ci/b@2");
  });

  it("the API server is away for a while", async () => {
    const watch = await watching();
    const { api, told } = watch;
    await serve(watch, [object("a", 1)]);
    expect([await told.next(), await told.next()]).toEqual(["objects ci/a@1", "synced"]);

    await api.stop();
    expect(await told.next()).toBe("the API server URL cannot be reached: nothing listens there");
    await api.restart();
    await serve(watch, [object("a", 2)]);

    expect(await told.next()).toBe("objects ci/a@2");
    expect(await told.next()).toBe("synced");
    expect(told.left()).toEqual([]);
  });

  it("a connection died without a word", async () => {
    const watch = await watching({ patience: { streamMs: 20, graceMs: 10 } });
    const { exchange } = await serve(watch, [object("a", 1)]);
    await exchange.gone;

    await serve(watch, [object("a", 2)]);

    expect(await watch.told.next()).toBe("objects ci/a@1");
    expect(await watch.told.next()).toBe("synced");
    expect(await watch.told.next()).toBe("objects ci/a@2");
  });

  it("a stream has brought nothing for too long, although its time is not over", async () => {
    const watch = await watching({ patience: { quietMs: 1_000 } });
    const { exchange, stream } = await serve(watch, [object("a", 1)]);
    let isGone = false;
    const gone = exchange.gone.then(() => (isGone = true));

    // Each bookmark is a word, so these five last longer than any silence may.
    for (let count = 0; count < 5; count += 1) {
      stream.send({ type: "BOOKMARK", object: { kind: "ConfigMap", metadata: { resourceVersion: "103" } } });
      await sleep(300);
    }
    const wasGone = isGone;
    await gone;
    await serve(watch, [object("a", 2)]);

    expect(wasGone).toBe(false);
    expect(await watch.told.next()).toBe("objects ci/a@1");
    expect(await watch.told.next()).toBe("synced");
    expect(await watch.told.next()).toBe("objects ci/a@2");
  });

  it("a list or a stream gets no answer", async () => {
    const watch = await watching({ answerMs: 50 });
    const { api, told } = watch;
    const silent = "the API server URL cannot be reached: there was no answer in time";

    await (
      await api.next()
    ).gone;
    expect(await told.next()).toBe(silent);
    (await api.next()).reply(200, listOf([object("a", 1)]));
    expect(await told.next()).toBe("objects ci/a@1");
    await (
      await api.next()
    ).gone;
    await serve(watch, [object("a", 2)]);

    expect(await told.next()).toBe("objects ci/a@2");
    expect(await told.next()).toBe("synced");
  });
});

describe("a watch that is not allowed says what is missing", () => {
  it.each([
    {
      code: 403,
      message:
        'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "ci"',
      remedy:
        '; this account needs a Role in namespace "ci" with the verb "list" on "configmaps" of apiGroup ""',
    },
    { code: 403, message: "the namespace is being deleted", remedy: "" },
    {
      code: 401,
      message: "Unauthorized",
      remedy: "; these credentials are not valid, or not any more: renew them",
    },
  ])("for a list, $code: $message", async ({ code, message, remedy }) => {
    const { api, told } = await watching();

    (await api.next()).reply(code, status(code, message));

    expect(await told.next()).toBe(`cannot list configmaps in namespace "ci" (${code}: ${message})${remedy}`);
  });

  it("for a stream", async () => {
    const { api, told } = await watching();
    (await api.next()).reply(200, listOf([]));
    await told.next();

    (await api.next()).reply(403, status(403, "forbidden"));

    expect(await told.next()).toBe(
      'cannot watch configmaps in namespace "ci" (403); this account needs a Role in namespace "ci" with the verb "watch" on "configmaps" of apiGroup ""',
    );
  });
});

describe("a problem", () => {
  it("is told once, until it is another one or was over", async () => {
    const watch = await watching();
    const { api, told } = watch;
    const fail = async (code: number): Promise<void> => {
      (await api.next()).reply(code, "");
    };

    for (const code of [500, 500, 503, 503, 503, 500]) await fail(code);
    const { stream } = await serve(watch, []);
    const before = [1, 2, 3, 4, 5].map(() => told.next());
    expect(await Promise.all(before)).toEqual([
      'cannot list configmaps in namespace "ci" (500)',
      'cannot list configmaps in namespace "ci" (503)',
      'cannot list configmaps in namespace "ci" (500)',
      "objects ",
      "synced",
    ]);
    stream.end();
    await fail(500);

    expect(await told.next()).toBe('cannot list configmaps in namespace "ci" (500)');
  });

  it("in a callback is told, and keeps nothing back", async () => {
    let calls = 0;
    const onChange = (): void => {
      calls += 1;
      throw new Error(`call ${calls}`);
    };
    const watch = await watching({ callbacks: { onChange } });
    const { stream } = await serve(watch, []);
    stream.send(event("ADDED", "a", 1), { type: "ADDED", object: "nonsense" }, event("ADDED", "b", 2));

    expect(await watch.told.next()).toBe("defect Error: call 1");
    expect(await watch.told.next()).toBe("synced");
    expect(await watch.told.next()).toBe("defect Error: call 2");
    expect(await watch.told.next()).toMatch(/^defect \[.*expected object, received string/s);
    expect(await watch.told.next()).toBe("defect Error: call 3");
  });
});

describe("a watch that is closed hangs up and tells nothing any more", () => {
  it("in a list", async () => {
    const { api, told, watch } = await watching();
    const list = await api.next();

    watch.close();
    await list.gone;

    expect(told.left()).toEqual([]);
  });

  it("before its stream is open", async () => {
    const { api, told, watch } = await watching();
    (await api.next()).reply(200, listOf([]));
    const stream = await api.next();

    watch.close();
    await stream.gone;

    expect(told.left()).toEqual(["objects "]);
  });

  it("in its stream", async () => {
    const watched = await watching();
    const { exchange, stream } = await serve(watched, []);
    expect([await watched.told.next(), await watched.told.next()]).toEqual(["objects ", "synced"]);

    stream.send(event("ADDED", "a", 1));
    watched.watch.close();
    await exchange.gone;

    expect(watched.told.left()).toEqual([]);
  });

  it("in a callback", async () => {
    const closing: { watch?: { readonly close: () => void } } = {};
    let calls = 0;
    const onChange = (): void => {
      calls += 1;
      if (calls === 2) closing.watch?.close();
    };
    const watched = await watching({ callbacks: { onChange } });
    closing.watch = watched.watch;
    const { exchange, stream } = await serve(watched, []);

    stream.send(event("ADDED", "a", 1), event("ADDED", "b", 2), event("ADDED", "c", 3));
    await exchange.gone;

    expect(calls).toBe(2);
  });

  it("while it waits to try again", async () => {
    const { api, told, watch } = await watching({ patience: { backoff: { firstMs: 30, mostMs: 30 } } });
    (await api.next()).reply(500, "");
    expect(await told.next()).toBe('cannot list configmaps in namespace "ci" (500)');

    watch.close();
    await sleep(60);

    expect(api.left()).toEqual([]);
  });
});
