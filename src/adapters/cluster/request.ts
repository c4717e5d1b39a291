import type { ApiReply, ApiRequest, Cluster } from "./cluster.ts";
import { type Connection, USER_AGENT } from "./connection.ts";
import { unreachable, withoutCredentials } from "./unreachable.ts";
import { whenAborted } from "./when-aborted.ts";

/** Makes the function that sends one request over a connection. It takes and gives JSON as it is: the library's typed
 * calls drop every field that they do not know. */
export function createRequest(connection: Connection): Cluster["request"] {
  return async (request) => {
    const limit = AbortSignal.timeout(connection.answerMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
    try {
      // A plugin for credentials may hang before anything is sent.
      return await Promise.race([exchange(connection, request, signal), whenAborted(signal)]);
    } catch (error) {
      throw unreachable(connection, error);
    }
  };
}

async function exchange(
  { client, config, origin, server }: Connection,
  { method, path, query = {}, body, contentType = "application/json" }: ApiRequest,
  signal: AbortSignal,
): Promise<ApiReply> {
  const context = new client.RequestContext(`${server}${path}`, client.HttpMethod[method]);
  for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value);
  context.setHeaderParam("Accept", "application/json");
  context.setHeaderParam("User-Agent", USER_AGENT);
  if (body !== undefined) {
    context.setHeaderParam("Content-Type", contentType);
    context.setBody(JSON.stringify(body));
  }
  context.setSignal(signal);
  try {
    await config.applySecurityAuthentication(context);
  } catch (error) {
    throw withoutCredentials(origin, error);
  }
  const response = await new client.IsomorphicFetchHttpLibrary().send(context).toPromise();
  const text = await response.body.text();
  return { status: response.httpStatusCode, headers: response.headers, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
