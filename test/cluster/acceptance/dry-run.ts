import { once } from "node:events";
import { type IncomingMessage } from "node:http";
import { type Agent, request } from "node:https";
import { json } from "node:stream/consumers";

import { z } from "zod";

import { type Pod } from "#src/kubernetes/pod.ts";
import { type ApiServer } from "../control-plane/call.ts";

/** The Pod as the API server would store it, or why it refuses it. */
export type Verdict =
  | { readonly pod: Pod; readonly refusal?: undefined }
  | { readonly pod?: undefined; readonly refusal: string };

const CREATED = 201;
// A Pod that cannot be read, that admission forbids, and that validation refuses.
const REFUSALS = [400, 403, 422];

const Status = z.object({ message: z.string() });

/** Asks the API server for a Pod with `dryRun=All`, over connections that may stay open.
 * @throws {Error} when the answer is about the server, not about the Pod
 */
export async function dryRun({ server, ca, tokens }: ApiServer, agent: Agent, pod: Pod): Promise<Verdict> {
  const headers = { Authorization: `Bearer ${tokens.admin}`, "Content-Type": "application/json" };
  const path = `/api/v1/namespaces/${pod.metadata?.namespace ?? "default"}/pods?dryRun=All`;
  const sent = request(new URL(path, server), { method: "POST", ca, agent, headers });
  sent.end(JSON.stringify(pod));
  const [response] = (await once(sent, "response")) as [IncomingMessage]; // The event's only argument.
  const { statusCode = 0 } = response;
  const body: unknown = await json(response);
  if (statusCode === CREATED) return { pod: body as Pod }; // What the API server calls a Pod is one.
  const { message } = Status.parse(body);
  if (!REFUSALS.includes(statusCode)) throw new Error(`${statusCode}: ${message}`);
  return { refusal: message };
}
