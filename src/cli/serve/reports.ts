import { type Logger } from "pino";

import { type Defect } from "../../adapters/http/failure.ts";
import { type Metrics } from "../../adapters/telemetry/metrics.ts";
import { type CertificateError } from "../../adapters/tls/certificate-error.ts";
import { type ReviewRecord } from "../../admission/answer.ts";
import { describePolicyProblem } from "../../policy/policy.ts";
import { describeMatch } from "../describe-match.ts";
import { type LoadedPolicies } from "../policy-sources.ts";
import { tell } from "../terminal.ts";

/** What a server that runs tells: log lines for machines, sentences for people, numbers for Prometheus. */
export interface Reports {
  readonly reviewed: (record: ReviewRecord, durationMs: number) => void;
  readonly policiesLoaded: (loaded: LoadedPolicies) => void;
  readonly policiesKept: (problems: readonly string[]) => void;
  readonly certificateServed: (certificate: { readonly notAfter: Date }) => void;
  readonly certificateRotated: (certificate: { readonly notAfter: Date }) => void;
  readonly certificateKept: (error: CertificateError) => void;
  readonly defect: (defect: Pick<Defect, "error"> & Partial<Defect>) => void;
}

/** Makes the one place where log, metrics and standard error hear of the same things. */
export function createReports(logger: Logger, metrics: Metrics): Reports {
  const certificateServed = ({ notAfter }: { readonly notAfter: Date }): void => {
    metrics.setCertificateExpiry(notAfter);
    logger.info({ notAfter }, "certificate served");
    if (notAfter.getTime() < Date.now())
      tell(
        `Warning: the certificate ended on ${notAfter.toISOString()}; clients will refuse it; replace it, or make one with podpecker certs DIRECTORY --force`,
      );
  };
  return {
    reviewed: (record, durationMs) => {
      metrics.observeReview(record, durationMs / 1000);
      // A dry run leaves no trace but a metric.
      const level = record.dryRun ? "debug" : "info";
      logger[level]({ ...record, durationMs: Math.round(durationMs * 1000) / 1000 }, "review");
    },
    policiesLoaded: (loaded) => {
      metrics.observePolicyLoad("loaded");
      metrics.setPolicies(loaded.policies.policies.length);
      reportPolicies(logger, loaded);
    },
    policiesKept: (problems) => {
      metrics.observePolicyLoad("rejected");
      for (const problem of problems) logger.error({ problem }, "policy rejected");
      tell(["The policies were not replaced; the last good ones stay in force:", ...problems].join("\n  "));
    },
    certificateServed,
    certificateRotated: (certificate) => {
      certificateServed(certificate);
      tell(`Certificate: replaced, valid until ${certificate.notAfter.toISOString().slice(0, 10)}`);
    },
    certificateKept: ({ message }) => {
      logger.error({ problem: message }, "certificate rejected");
      tell(`The certificate was not replaced; the last good one is served on: ${message}`);
    },
    defect: ({ error, ...where }) => {
      metrics.observeDefect();
      logger.error({ error, ...where }, "defect");
    },
  };
}

function reportPolicies(logger: Logger, { policies: { policies }, warnings }: LoadedPolicies): void {
  const sentences = warnings.map(describePolicyProblem);
  logger.info({ policies: policies.map(({ name }) => name), warnings: sentences }, "policies loaded");
  const lines = policies.map(
    ({ name, document: { priority = 0, match } }) =>
      `${name} (priority ${priority}): ${describeMatch(match)}`,
  );
  tell(["Policies in force:", ...(lines.length === 0 ? ["none"] : lines)].join("\n  "));
  for (const sentence of sentences) tell(`Warning: ${sentence}`);
}
