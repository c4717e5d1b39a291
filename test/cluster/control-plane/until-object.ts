import { type IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";

import { z } from "zod";

import { type ApiServer, open } from "./call.ts";

/** An object of the API, as far as tests look into it. */
export type ApiObject = z.infer<typeof ApiObject>;
export const ApiObject = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.record(z.string(), z.unknown()).optional(),
  status: z.record(z.string(), z.unknown()).optional(),
  data: z.record(z.string(), z.string()).optional(),
});

const WatchEvent = z.object({ type: z.string(), object: z.unknown() });
const AGAIN_MS = 100;

/** Watches an object, `/api/v1/namespaces/NS/pods/NAME`, until it is there and as awaited.
 * @throws {Error} when it is not in time, with the object as it was last seen
 */
export async function untilObject(
  api: ApiServer,
  path: string,
  isAwaited: (object: ApiObject) => boolean,
  seconds = 30,
): Promise<ApiObject> {
  const signal = AbortSignal.timeout(seconds * 1000);
  let last: ApiObject | undefined;
  const isSeenAsAwaited = (object: ApiObject): boolean => {
    last = object;
    return isAwaited(object);
  };
  while (!signal.aborted) {
    const found = await watch({ api, path, signal }, isSeenAsAwaited);
    if (found !== undefined) return found;
  }
  throw new Error(`"${path}" is not as awaited after ${seconds} s; last seen: ${JSON.stringify(last)}`);
}

interface Watch {
  readonly api: ApiServer;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The first version that is as awaited; none where the server ends the watch before, or cannot be reached. */
async function watch(
  which: Watch,
  isAwaited: (object: ApiObject) => boolean,
): Promise<ApiObject | undefined> {
  try {
    return await first(versions(which), isAwaited);
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    if (!which.signal.aborted) await setTimeout(AGAIN_MS);
    return undefined;
  }
}

async function first<T>(values: AsyncIterable<T>, isSo: (value: T) => boolean): Promise<T | undefined> {
  for await (const value of values) {
    if (isSo(value)) return value;
  }
  return undefined;
}

async function* versions({ api, path, signal }: Watch): AsyncGenerator<ApiObject> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const list = path.slice(0, path.lastIndexOf("/"));
  const query = new URLSearchParams({ watch: "true", fieldSelector: `metadata.name=${name}` });
  const response = await open(api, "GET", `${list}?${query.toString()}`, { signal });
  for await (const line of linesOf(response)) {
    const { type, object } = WatchEvent.parse(JSON.parse(line));
    if (type === "ADDED" || type === "MODIFIED") yield ApiObject.parse(object);
  }
}

// Leaving the loop early ends the response, too, which reading it by node:readline would not.
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
