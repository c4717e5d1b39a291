import { Agent } from "node:http";

import type * as ClientNode from "@kubernetes/client-node";

import type { Cluster, StreamRequest } from "./cluster.ts";
import { type Connection, USER_AGENT } from "./connection.ts";
import { unreachable, withoutCredentials } from "./unreachable.ts";
import { whenAborted } from "./when-aborted.ts";

type Ending = Awaited<ReturnType<Cluster["stream"]>>;

/** Makes the function that follows one stream over a connection. It is the library's Watch, which by itself waits for
 * ever for an answer, and for ever on a connection that died, and can be stopped only once it has an answer. */
export function createStream(connection: Connection): Cluster["stream"] {
  return async (request) => {
    const over = new AbortController();
    const expire = (): void => {
      over.abort(new DOMException("", "TimeoutError"));
    };
    let quiet = setTimeout(expire, connection.answerMs);
    let life: NodeJS.Timeout | undefined;
    const onOpen = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(expire, request.quietMs);
      life = setTimeout(expire, request.longestMs);
      request.onOpen();
    };
    const onEvent: StreamRequest["onEvent"] = (type, object) => {
      quiet.refresh();
      request.onEvent(type, object);
    };
    try {
      return await Promise.race([
        follow(connection, { ...request, onOpen, onEvent }, over.signal),
        whenAborted(AbortSignal.any([request.signal, over.signal])),
      ]);
    } catch (error) {
      throw unreachable(connection, error);
    } finally {
      clearTimeout(quiet);
      clearTimeout(life);
      over.abort();
    }
  };
}

function follow(connection: Connection, request: StreamRequest, over: AbortSignal): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const onEvent = (type: string, object: unknown): void => {
      if (over.aborted) return;
      // The status of what went wrong after the stream had begun with 200.
      if (type === "ERROR") resolve({ status: statusIn(object, "code") ?? 500, body: object });
      else request.onEvent(type, object);
    };
    const onDone = (error: unknown): void => {
      const status = error === null || error === undefined ? 200 : statusIn(error, "statusCode");
      if (status === undefined) reject(unreachable(connection, error));
      else resolve({ status, body: undefined });
    };
    const watch = new connection.client.Watch(stoppable(connection, over));
    watch.watch(request.path, request.query, onEvent, onDone).then(({ signal }) => {
      // It is given, aborted, also where the stream was refused.
      if (!signal.aborted && !over.aborted) request.onOpen();
    }, reject);
  });
}

function statusIn(said: unknown, member: string): number | undefined {
  const status: unknown =
    typeof said === "object" && said !== null
      ? Object.getOwnPropertyDescriptor(said, member)?.value
      : undefined;
  return typeof status === "number" ? status : undefined;
}

/** The configuration as Watch asks for it, but all sockets it opens end when all is over. */
function stoppable({ client, config, origin }: Connection, over: AbortSignal): ClientNode.KubeConfig {
  return Object.assign(new client.KubeConfig(), {
    getCurrentCluster: () => config.getCurrentCluster(),
    applyToFetchOptions: async (options: Parameters<typeof config.applyToFetchOptions>[0]) => {
      const headers = { "User-Agent": USER_AGENT };
      const init = await config.applyToFetchOptions({ ...options, headers }).catch((error: unknown) => {
        throw withoutCredentials(origin, error);
      });
      over.throwIfAborted();
      const { agent } = init;
      over.addEventListener("abort", () => {
        if (agent instanceof Agent) agent.destroy();
      });
      return init;
    },
  });
}
