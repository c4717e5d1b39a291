import { type Server as TlsServer } from "node:https";
import { type AddressInfo } from "node:net";

import { type Command, InvalidArgumentError, Option } from "commander";

import { drain } from "../adapters/http/drain.ts";
import { type Lifecycle } from "../adapters/http/lifecycle.ts";
import { listen } from "../adapters/http/listen.ts";
import { createMetricsApp } from "../adapters/http/metrics-app.ts";
import { createPlainWebServer, createTlsWebServer, type WebServer } from "../adapters/http/web-server.ts";
import { createWebhookApp } from "../adapters/http/webhook-app.ts";
import { createLogger, type LoggerOptions } from "../adapters/telemetry/logger.ts";
import { createMetrics, type Metrics } from "../adapters/telemetry/metrics.ts";
import { secureContext } from "../adapters/tls/secure-context.ts";
import { answerReview } from "../admission/review.ts";
import { InputError } from "./input-error.ts";
import { addPolicyConfigMap, ownNamespace, type PolicySources } from "./policy-sources.ts";
import { announce } from "./serve/announcement.ts";
import { type PoliciesInForce } from "./serve/policies-in-force.ts";
import { createReports, type Reports } from "./serve/reports.ts";
import {
  type CertificateSource,
  obtainCertificate,
  type ServingCertificate,
} from "./serve/serving-certificate.ts";
import { stopSignal } from "./serve/stop-signal.ts";
import { watchCertificate } from "./serve/watch-certificate.ts";
import { watchPolicies } from "./serve/watch-policies.ts";
import { tell } from "./terminal.ts";

// Kubernetes kills after 30 s unless told otherwise; the API server waits for an answer no longer than that, either.
const GRACE_MS = 25_000;
const METRICS_GRACE_MS = 1_000;

const LEVELS = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
] as const satisfies readonly LoggerOptions["level"][];

const AFTER_HELP = `
Policies are files, or directories with .yaml, .yml and .json files: policy.yaml
documents, ConfigMaps that hold one, or the settings of a Woodpecker agent. They
are read again when they change; bad ones never replace good ones.

The certificate is self-signed unless --tls-cert and --tls-key name one; it is
read again when it changes. Log lines (JSON) go to standard output, words for
people to standard error. The first Ctrl-C lets running reviews finish, a second
one does not. With --shutdown-delay it is unready, but answers, for that long.

Exit codes: 0 stopped by a signal, 2 cannot start, 70 a defect of Podpecker;
128 + its number when a second signal ends it.

Examples:
  podpecker serve --policy policies/ --certificates certs/development
  podpecker serve --policy small.yaml acme.yaml --host 0.0.0.0 \\
    --tls-cert /tls/tls.crt --tls-key /tls/tls.key`;

interface ServeOptions extends CertificateSource {
  readonly policy: readonly string[];
  readonly port: number;
  readonly metricsPort: number;
  readonly namespace: string;
  readonly policyConfigmap?: readonly string[];
  readonly shutdownDelay: number;
  readonly logLevel: LoggerOptions["level"];
}

/** `podpecker serve`: the composition root of the webhook. */
export function defineServe(command: Command): void {
  command
    .requiredOption("--policy <path...>", "files or directories with policies")
    .option("--host <address>", "the address to listen on; 0.0.0.0 for all", "127.0.0.1")
    .option("--port <number>", "the webhook's port; 0 for any that is free", parsePort, 8443)
    .option("--metrics-port <number>", "the port of /metrics, plain HTTP", parsePort, 8080)
    .option("--tls-cert <file>", "the serving certificate, PEM")
    .option("--tls-key <file>", "its key, PEM")
    .addOption(
      new Option(
        "--certificates <directory>",
        "where a self-signed certificate is kept, made on the first start; in memory otherwise",
      ).conflicts(["tlsCert", "tlsKey"]),
    )
    .addOption(ownNamespace("--namespace <name>"));
  addPolicyConfigMap(command)
    .option(
      "--shutdown-delay <seconds>",
      "how long to answer on after a signal, while a Service forgets this replica",
      parseSeconds,
      0,
    )
    .addOption(new Option("--log-level <level>", "how much is logged").choices(LEVELS).default("info"))
    .addHelpText("after", AFTER_HELP)
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  assertPair(options);
  assertTwoPorts(options);
  const stopping = stopSignal();
  const log = createLogger({
    level: options.logLevel,
    onBroken: ({ message }) => {
      tell(`podpecker: the log cannot be written any more (${message}); reviews go on without it`);
    },
  });
  const metrics = createMetrics();
  const reports = createReports(log.logger, metrics);
  const policies = await watchPolicies(sourcesOf(options), reports);
  const certificate = await obtainCertificate(options);
  const servers = createServers({ policies, certificate, metrics, reports });
  const delayMs = options.shutdownDelay * 1000;
  const certificateWatch = await watchCertificate(servers.webhook.server, certificate, reports);
  try {
    const addresses = await listenBoth(servers, options);
    log.logger.info(addresses, "listening");
    await announce({ ...addresses, certificate, policies: policies.current() });
    log.logger.info({ signal: await stopping }, "stopping");
    tell("Stopping: what runs is finished first; Ctrl-C again ends at once");
  } finally {
    await drain(servers.webhook, servers.lifecycle, { delayMs, graceMs: GRACE_MS });
    await drain(servers.scraped, servers.lifecycle, { graceMs: METRICS_GRACE_MS });
    policies.watch.close();
    certificateWatch?.close();
    await log.flush();
  }
}

const sourcesOf = ({ policy, namespace, policyConfigmap = [] }: ServeOptions): PolicySources => ({
  paths: policy,
  tier: { namespace, promoted: policyConfigmap },
});

function assertPair({ tlsCert, tlsKey }: ServeOptions): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new InputError(["podpecker: --tls-cert and --tls-key go together; name both files, or neither"]);
}

function assertTwoPorts({ port, metricsPort }: ServeOptions): void {
  if (port === metricsPort && port !== 0)
    throw new InputError([
      `podpecker: --port and --metrics-port are both ${port}; choose two ports, as /metrics is served without TLS`,
    ]);
}

interface Servers {
  readonly webhook: WebServer<TlsServer>;
  readonly scraped: WebServer;
  readonly lifecycle: Lifecycle;
}

function createServers(parts: {
  readonly policies: PoliciesInForce;
  readonly certificate: ServingCertificate;
  readonly metrics: Metrics;
  readonly reports: Reports;
}): Servers {
  const { policies, certificate, metrics, reports } = parts;
  const lifecycle: Lifecycle = { draining: false };
  const app = createWebhookApp({
    answer: (body) => answerReview(body.toString("utf8"), policies.current()),
    observe: reports.reviewed,
    // Policies and certificate are there before anything listens.
    readiness: () => [],
    now: () => performance.now(),
    onDefect: reports.defect,
    lifecycle,
  });
  const metricsApp = createMetricsApp({ render: metrics.render, onDefect: reports.defect, lifecycle });
  return {
    webhook: createTlsWebServer(app, secureContext(certificate)),
    scraped: createPlainWebServer(metricsApp),
    lifecycle,
  };
}

async function listenBoth(
  { webhook, scraped }: Servers,
  { host, port, metricsPort }: ServeOptions,
): Promise<Readonly<Record<"webhook" | "metrics", AddressInfo>>> {
  return {
    webhook: await listen(webhook.server, { host, port, option: "--port" }),
    metrics: await listen(scraped.server, { host, port: metricsPort, option: "--metrics-port" }),
  };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^[0-9]{1,3}$/.test(text) || seconds > 300)
    throw new InvalidArgumentError("It must be a number of seconds from 0 to 300.");
  return seconds;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}
