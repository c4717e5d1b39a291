import { once } from "node:events";
import { type IncomingMessage } from "node:http";
import { type Agent, request } from "node:https";
import { json, text } from "node:stream/consumers";

/** Where an API server is, whom to trust for it, and who one is. */
export interface ApiServer {
  readonly server: string;
  readonly ca: string;
  readonly tokens: { readonly admin: string };
}

export interface Call {
  readonly body?: unknown;
  /** The admin's, unless told otherwise. */
  readonly token?: string;
  /** Of the body: JSON, unless it is one of the forms of a patch. */
  readonly type?: string;
  /** Whose connections are used; a new one, unless told otherwise. */
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number;
  /** What was said as JSON, or the text. */
  readonly body: unknown;
  /** One for each header `Warning`, as the API server wrote it. */
  readonly warnings: readonly string[];
}

/** Calls the API, as the admin unless told otherwise; a refusal is a reply like any other. */
export async function call(api: ApiServer, method: string, path: string, details: Call = {}): Promise<Reply> {
  const response = await open(api, method, path, details);
  const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
  const warnings = response.headersDistinct["warning"] ?? [];
  return {
    status: response.statusCode ?? 0,
    body: await (isJson ? json(response) : text(response)),
    warnings,
  };
}

/** The response as it comes, for what does not end by itself. */
export async function open(
  { server, ca, tokens }: ApiServer,
  method: string,
  path: string,
  { body, token = tokens.admin, type = "application/json", agent, signal }: Call = {},
): Promise<IncomingMessage> {
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", "Content-Type": type };
  // A connection for each call: one that is kept would be dead after a restart of the server.
  const options = { method, ca, headers, agent: agent ?? false, ...(signal === undefined ? {} : { signal }) };
  const sent = request(new URL(path, server), options);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage]; // The event's only argument.
  return response;
}
