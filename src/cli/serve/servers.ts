import { type Server as TlsServer } from "node:https";
import { type AddressInfo } from "node:net";

import { type Lifecycle } from "../../adapters/http/lifecycle.ts";
import { listen } from "../../adapters/http/listen.ts";
import { createMetricsApp } from "../../adapters/http/metrics-app.ts";
import { createPlainWebServer, createTlsWebServer, type WebServer } from "../../adapters/http/web-server.ts";
import { createWebhookApp } from "../../adapters/http/webhook-app.ts";
import { type Metrics } from "../../adapters/telemetry/metrics.ts";
import { secureContext } from "../../adapters/tls/secure-context.ts";
import { answerPodValidation } from "../../admission/pod-validation.ts";
import { answerPolicyReview } from "../../admission/policy-review.ts";
import { answerReview, type Surroundings } from "../../admission/review.ts";
import { type AuditTrail } from "./audit-trail.ts";
import { type PoliciesInForce } from "./policies-in-force.ts";
import { type ReviewRecording } from "./review-record.ts";
import { type Reports } from "./reports.ts";
import { type ServeOptions } from "./serve-options.ts";
import { type CertificateInUse } from "./serve-certificate.ts";
import { type StepEvents } from "./step-events.ts";
import { type LimitRangesInForce } from "./watch-limit-ranges.ts";

/** The webhook's server and that of the metrics, which drain together. */
export interface Servers {
  readonly webhook: WebServer<TlsServer>;
  readonly scraped: WebServer;
  readonly lifecycle: Lifecycle;
}

/** Makes both servers; neither listens yet. */
export function createServers(parts: {
  readonly policies: PoliciesInForce;
  readonly limitRanges: LimitRangesInForce;
  readonly certificate: CertificateInUse;
  readonly metrics: Metrics;
  readonly trail: AuditTrail;
  readonly recording: ReviewRecording;
  /** Nothing where there is no cluster to tell it in. */
  readonly stepEvents: StepEvents | undefined;
  readonly reports: Reports;
}): Servers {
  const { policies, limitRanges, certificate, metrics, trail, recording, stepEvents, reports } = parts;
  const lifecycle: Lifecycle = { draining: false };
  const surroundings = (): Surroundings => ({ now: Date.now(), limitRangesOf: limitRanges.of });
  const app = createWebhookApp({
    answer: (body) => answerReview(body.toString("utf8"), policies.current(), surroundings()),
    observe: (answer, durationMs) => {
      reports.reviewed(answer, durationMs);
      trail.follow(answer, "create");
      stepEvents?.follow(answer);
      recording.follow(answer, policies.current(), Date.now());
    },
    validations: {
      answer: (body) => answerPodValidation(body.toString("utf8"), policies.current(), surroundings()),
      observe: (answer, durationMs) => {
        reports.validated(answer, durationMs);
        const { occasion } = answer.record;
        trail.follow(answer, occasion === "create" ? "validate" : occasion);
        stepEvents?.follow(answer);
      },
    },
    policies: {
      answer: (body) => answerPolicyReview(body.toString("utf8"), policies.check),
      observe: reports.policyReviewed,
    },
    readiness: () => [...policies.missing(), ...limitRanges.missing(), ...certificate.missing()],
    now: () => performance.now(),
    onDefect: reports.defect,
    lifecycle,
  });
  const metricsApp = createMetricsApp({
    render: metrics.render,
    audit: trail,
    onDefect: reports.defect,
    lifecycle,
  });
  return {
    webhook: createTlsWebServer(app, secureContext(certificate.first)),
    scraped: createPlainWebServer(metricsApp),
    lifecycle,
  };
}

/** Resolves with the addresses once both accept connections.
 * @throws {ListenError} when one never will
 */
export async function listenBoth(
  { webhook, scraped }: Servers,
  { host, port, metricsPort }: ServeOptions,
): Promise<Readonly<Record<"webhook" | "metrics", AddressInfo>>> {
  return {
    webhook: await listen(webhook.server, { host, port, option: "--port" }),
    metrics: await listen(scraped.server, { host, port: metricsPort, option: "--metrics-port" }),
  };
}
