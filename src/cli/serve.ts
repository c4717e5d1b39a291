import { type Command } from "commander";

import { connectCluster } from "../adapters/cluster/connect-cluster.ts";
import { drain } from "../adapters/http/drain.ts";
import { createLogger } from "../adapters/telemetry/logger.ts";
import { createMetrics } from "../adapters/telemetry/metrics.ts";
import { announce } from "./serve/announcement.ts";
import { startTrail } from "./serve/audit-trail.ts";
import { systemClock } from "./serve/clock.ts";
import { startPolicies } from "./serve/policies-in-force.ts";
import { startRecording } from "./serve/review-record.ts";
import { createReports } from "./serve/reports.ts";
import { addServeOptions, assertConsistent, type ServeOptions, sourcesOf } from "./serve/serve-options.ts";
import { createServers, listenBoth } from "./serve/servers.ts";
import { startCertificate } from "./serve/serve-certificate.ts";
import { createStepEvents } from "./serve/step-events.ts";
import { stopSignal } from "./serve/stop-signal.ts";
import { watchLimitRanges } from "./serve/watch-limit-ranges.ts";
import { startWorkspaces } from "./serve/workspaces/start-workspaces.ts";
import { createWorkspaceReports } from "./serve/workspaces/workspace-reports.ts";
import { tell } from "./terminal.ts";

// Kubernetes kills after 30 s unless told otherwise; the API server waits for an answer no longer than that, either.
const GRACE_MS = 25_000;
const METRICS_GRACE_MS = 1_000;

const AFTER_HELP = `
Policies are files, or directories with .yaml, .yml and .json files: policy.yaml
documents, ConfigMaps that hold one, or the settings of a Woodpecker agent; tests
of podpecker test (*.test.yaml with cases) are left out of directories. With
--cluster they are ConfigMaps of a cluster as well: of the own namespace, and
those that --policy-configmap names. All are read again when they change; bad
ones never replace good ones. LimitRanges of that cluster count beside them.
Where a policy has a workspace, one replica makes and removes its claims.

What policies with mode: audit, or with --audit all of them, would do goes into
the log and the API server's audit log, and no Pod is changed or denied by it.

The certificate is self-signed unless --tls-cert and --tls-key name one; it is
read again when it changes. With --certificate-secret all replicas make, share
and renew one, and both webhook configurations are kept trusting it.

Log lines (JSON) go to standard output, words for people to standard error. The
first Ctrl-C lets running reviews finish, a second one does not. With
--shutdown-delay it is unready, but answers, for that long.

Exit codes: 0 stopped by a signal, 2 cannot start, 70 a defect of Podpecker;
128 + its number when a second signal ends it.

Examples:
  podpecker serve --policy policies/ --certificates certs/development
  podpecker serve --policy small.yaml acme.yaml --host 0.0.0.0 \\
    --tls-cert /tls/tls.crt --tls-key /tls/tls.key
  podpecker serve --cluster --context kind-kind --policy-configmap ci/agent
  podpecker serve --cluster --certificate-secret podpecker-tls --host 0.0.0.0`;

/** `podpecker serve`: the composition root of the webhook. */
export function defineServe(command: Command): void {
  addServeOptions(command).addHelpText("after", AFTER_HELP).action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  assertConsistent(options);
  const stopping = stopSignal();
  const log = createLogger({
    level: options.logLevel,
    onBroken: ({ message }) => {
      tell(`podpecker: the log cannot be written any more (${message}); reviews go on without it`);
    },
  });
  const metrics = createMetrics();
  const cluster = options.cluster === true ? await connectCluster(options) : undefined;
  const reports = createReports(log.logger, metrics);
  const trail = await startTrail(options.auditTokenFile, {
    clock: systemClock,
    onProblem: reports.tokenProblem,
  });
  const recording = await startRecording(options, reports);
  if (options.audit === true) tell("Audit only (--audit): no policy is carried out, Pods pass as they are");
  const policies = await startPolicies({
    sources: sourcesOf(options),
    enforcement: options.audit === true ? "none" : "by-mode",
    cluster,
    reports,
    clock: systemClock,
  });
  const stepEvents =
    cluster &&
    createStepEvents(cluster, {
      identify: policies.identify,
      onProblem: reports.clusterProblem("events"),
      clock: systemClock,
    });
  const limitRanges = watchLimitRanges(cluster, reports);
  const certificate = await startCertificate(options, cluster, reports);
  const workspaces = startWorkspaces({
    cluster,
    namespace: options.namespace,
    policies,
    reports: { ...reports, ...createWorkspaceReports(log.logger, metrics.workspaces) },
    clock: systemClock,
  });
  const servers = createServers({
    policies,
    limitRanges,
    certificate,
    metrics,
    trail,
    recording,
    stepEvents,
    reports,
  });
  const delayMs = options.shutdownDelay * 1000;
  await certificate.follow(servers.webhook.server);
  try {
    const addresses = await listenBoth(servers, options);
    log.logger.info(addresses, "listening");
    await announce({ ...addresses, certificate: certificate.first, policies: policies.current() });
    log.logger.info({ signal: await stopping }, "stopping");
    tell("Stopping: what runs is finished first; Ctrl-C again ends at once");
  } finally {
    // Another replica acts at once, while this one still answers.
    const resting = workspaces.close();
    await drain(servers.webhook, servers.lifecycle, { delayMs, graceMs: GRACE_MS });
    await drain(servers.scraped, servers.lifecycle, { graceMs: METRICS_GRACE_MS });
    policies.close();
    limitRanges.close();
    certificate.close();
    await resting;
    await recording.flush();
    await log.flush();
  }
}
