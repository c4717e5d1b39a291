import { once } from "node:events";
import { type Agent, request } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";

import type { Answer, PolicyReviewRecord, ReviewRecord, ValidationRecord } from "#src/admission/answer.ts";
import type { Defect } from "#src/adapters/http/failure.ts";
import { type Limits, limits } from "#src/adapters/http/limits.ts";
import { listen } from "#src/adapters/http/listen.ts";
import type { Lifecycle } from "#src/adapters/http/lifecycle.ts";
import { createTlsWebServer } from "#src/adapters/http/web-server.ts";
import { createWebhookApp, type WebhookParts } from "#src/adapters/http/webhook-app.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { secureContext } from "#src/adapters/tls/secure-context.ts";

const certificates = await createSelfSigned({ hosts: ["localhost", "127.0.0.1"] });

export const record: ReviewRecord = {
  uid: "u1",
  namespace: "ci",
  name: "step",
  dryRun: false,
  outcome: "decided",
  policies: ["acme"],
  digest: "d1",
  changes: 2,
  findings: { "not-granted": 1 },
};

export const validationRecord: ValidationRecord = { ...record, changes: 0, occasion: "resize" };

export const policyRecord: PolicyReviewRecord = {
  uid: "u2",
  namespace: "podpecker",
  name: "acme",
  dryRun: false,
  outcome: "accepted",
  problems: 0,
  warnings: 1,
};

const yes: Answer = { status: 200, body: `{"allowed":true}`, record };

export interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A webhook on a free port of this machine, with everything that it reported; closed when the test ends. */
export async function startWebhook(parts: Partial<WebhookParts> = {}, tighter: Partial<Limits> = {}) {
  const defects: Defect[] = [];
  const observed: (readonly [Answer, number])[] = [];
  const validationsObserved: (readonly [Answer<ValidationRecord>, number])[] = [];
  const policiesObserved: (readonly [Answer<PolicyReviewRecord>, number])[] = [];
  const lifecycle: Lifecycle = { draining: false };
  const app = createWebhookApp({
    answer: () => yes,
    observe: (...seen) => observed.push(seen),
    validations: {
      answer: () => ({ ...yes, record: validationRecord }),
      observe: (...seen) => validationsObserved.push(seen),
    },
    policies: {
      answer: () => ({ ...yes, record: policyRecord }),
      observe: (...seen) => policiesObserved.push(seen),
    },
    readiness: () => [],
    now: () => performance.now(),
    onDefect: (defect) => defects.push(defect),
    lifecycle,
    ...parts,
  });
  const web = createTlsWebServer(app, secureContext(certificates), { ...limits, ...tighter });
  const { port } = await listen(web.server, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => {
    web.server.close();
    web.sockets.forEach((socket) => socket.destroy());
  });
  return { web, port, lifecycle, defects, observed, validationsObserved, policiesObserved };
}

export interface Exchange {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** One exchange over TLS. */
export async function call(port: number, { body, ...options }: Exchange = {}): Promise<Reply> {
  const sent = request({ host: "127.0.0.1", port, ca: certificates.ca, agent: false, ...options });
  const response = once(sent, "response");
  sent.end(body);
  // The event's one argument.
  const [incoming] = (await response) as [IncomingMessage];
  return { status: incoming.statusCode, headers: incoming.headers, body: await text(incoming) };
}

/** A review sent as the API server sends it. */
export const review = (port: number, options: Exchange = {}): Promise<Reply> =>
  call(port, {
    method: "POST",
    path: "/mutate?timeout=10s",
    body: `{"request":{"uid":"u1"}}`,
    ...options,
    headers: { "Content-Type": "application/json", ...options.headers },
  });

/** A bare TLS connection, for clients that misbehave; destroyed when the test ends. */
export async function open(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, ca: certificates.ca, ...options });
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Everything that comes until the other side ends. */
export async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let all = "";
  for await (const chunk of stream) all += String(chunk);
  return all;
}
