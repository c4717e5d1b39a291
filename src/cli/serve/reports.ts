import { type Logger } from "pino";

import { type ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { type FileError } from "../../adapters/files/file-error.ts";
import { type Defect } from "../../adapters/http/failure.ts";
import { type Metrics } from "../../adapters/telemetry/metrics.ts";
import { type CertificateError } from "../../adapters/tls/certificate-error.ts";
import {
  type Answer,
  type PolicyReviewRecord,
  type ReviewedPod,
  type ValidationRecord,
} from "../../admission/answer.ts";
import { allOutcomesOf } from "../../audit/outcomes.ts";
import { sumVerbs } from "../../audit/sum-verbs.ts";
import { endings, hasEnded, soonestFirst } from "../../policy/expiry.ts";
import { describePolicyProblem } from "../../policy/policy.ts";
import { loadedPolicies } from "../../policy/policy-set.ts";
import { type StoredPolicies } from "../../policy/policy-store.ts";
import { type Rejection } from "../../policy/rejections.ts";
import { tell } from "../terminal.ts";
import { type ExpiryObserver } from "./policy-expiry.ts";
import { reportPolicies } from "./report-policies.ts";

/** What a server that runs tells: log lines for machines, sentences for people, numbers for Prometheus. */
export interface Reports extends ExpiryObserver {
  readonly reviewed: (answer: Answer, durationMs: number) => void;
  /** A Pod was judged without being changed. */
  readonly validated: (answer: Answer<ValidationRecord>, durationMs: number) => void;
  readonly policyReviewed: (answer: Answer<PolicyReviewRecord>, durationMs: number) => void;
  readonly policiesChanged: (now: StoredPolicies, before: StoredPolicies) => void;
  /** A source of policies turned bad, or bad in another way. */
  readonly policyRejected: (rejection: Rejection) => void;
  /** What was read before stays, as the files cannot be read. */
  readonly policiesKept: (problems: readonly string[]) => void;
  /** A ConfigMap that is named to have policies is not there. */
  readonly policyMissing: (configMap: string) => void;
  /** For the first time all of its ConfigMaps are known. */
  readonly clusterRead: (origin: string, stored: StoredPolicies) => void;
  /** The resource that is watched, as the API names it. */
  readonly clusterProblem: (resource: string) => (error: ClusterError) => void;
  /** Why there is no certificate yet; it is tried again and again. */
  readonly certificateAwaited: (reason: string) => void;
  readonly certificateServed: (certificate: { readonly notAfter: Date }) => void;
  readonly certificateRotated: (certificate: { readonly notAfter: Date }) => void;
  readonly certificateKept: (error: CertificateError) => void;
  /** Reviews cannot be recorded; told once, until they can again. */
  readonly recordProblem: (error: FileError) => void;
  /** The token of the audit trail cannot be read; told once, until it can again. */
  readonly tokenProblem: (problem: string) => void;
  readonly recordLost: (reviews: number) => void;
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
  const log = (message: string, record: { readonly dryRun: boolean }, durationMs: number): void => {
    // A dry run leaves no trace but a metric.
    const level = record.dryRun ? "debug" : "info";
    logger[level]({ ...record, durationMs: Math.round(durationMs * 1000) / 1000 }, message);
  };
  return {
    reviewed: ({ record, reviewed }, durationMs) => {
      metrics.observeReview(record, durationMs / 1000);
      log("review", { ...record, ...countOutcomes(metrics, reviewed) }, durationMs);
    },
    validated: ({ record, reviewed }, durationMs) => {
      metrics.observeValidation(record, durationMs / 1000);
      log("pod validation", { ...record, ...countOutcomes(metrics, reviewed) }, durationMs);
    },
    policyReviewed: ({ record }, durationMs) => {
      metrics.observePolicyReview(record.outcome);
      log("policy review", record, durationMs);
    },
    policiesChanged: (stored, before) => {
      metrics.setRejectedSources(stored.rejected.length);
      if (stored.policies === before.policies && before.version > 0) return;
      metrics.observePolicyLoad("loaded");
      reportPolicies(logger, { stored, before, now: Date.now() });
    },
    policiesStanding: (policies, now) => {
      metrics.setPolicies(policies.filter((policy) => !hasEnded(policy, now)).length);
      metrics.setPolicyExpiries(
        soonestFirst(endings(policies), now).map(({ policy: { name }, end }) => ({ name, end })),
      );
    },
    policyEnded: ({ policy: { name, document } }) => {
      const { validUntil, description } = document;
      logger.warn({ policy: name, validUntil, description }, "policy ended");
      tell(`The policy ${name} has ended (validUntil ${validUntil ?? ""}); it has no effect from now on`);
    },
    policyRejected: (rejection) => {
      metrics.observePolicyLoad("rejected");
      reportRejection(logger, rejection);
    },
    policiesKept: (problems) => {
      metrics.observePolicyLoad("rejected");
      for (const problem of problems) logger.error({ problem }, "policy rejected");
      tell([KEPT, ...problems].join("\n  "));
    },
    policyMissing: (configMap) => {
      logger.warn({ configMap }, "policy missing");
      tell(`Warning: there is no ConfigMap ${configMap}, which --policy-configmap names`);
    },
    clusterRead: (origin, { policies }) => {
      const [loaded, enforced] = [loadedPolicies(policies).length, policies.policies.length];
      logger.info({ origin, policies: loaded }, "cluster read");
      const audited = loaded === enforced ? "" : `, audited only: ${loaded - enforced}`;
      tell(`The ConfigMaps of ${origin} are read; policies in force: ${enforced}${audited}`);
    },
    clusterProblem: (resource) => (error) => {
      metrics.observeClusterProblem(resource);
      logger.warn({ problem: error.message, resource }, "cluster problem");
      tell(`Warning: ${error.message}; it is tried again, and what was read before stays in force`);
    },
    certificateAwaited: (reason) => {
      logger.warn({ problem: reason }, "certificate awaited");
      tell(`No certificate yet: ${reason}`);
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
    recordProblem: ({ message }) => {
      logger.error({ problem: message }, "record broken");
      tell(`Warning: reviews are not recorded: ${message}; reviews go on, and it is tried again`);
    },
    tokenProblem: (problem) => {
      logger.error({ problem }, "audit token broken");
      tell(`Warning: nobody has the token of the audit trail: ${problem}`);
    },
    recordLost: (reviews) => {
      metrics.observeLostRecords(reviews);
    },
    defect: ({ error, ...where }) => {
      metrics.observeDefect();
      logger.error({ error, ...where }, "defect");
    },
  };
}

/** Counts what rules did, and sums it up for a log line; nothing where they did nothing. */
function countOutcomes(metrics: Metrics, reviewed: ReviewedPod | undefined): { verbs?: object } {
  const outcomes = reviewed === undefined ? [] : allOutcomesOf(reviewed.decision);
  metrics.observeOutcomes(outcomes);
  return outcomes.length === 0 ? {} : { verbs: sumVerbs(outcomes) };
}

const KEPT = "The policies were not replaced; the last good ones stay in force:";

const INSTEAD: Readonly<Record<Rejection["instead"], (source: string) => string>> = {
  "last-good": () => KEPT,
  nothing: (source) => `The policies of ${source} are bad, and no good ones came before them:`,
  "no-audit": (source) =>
    `The policies of ${source} are bad, and no good ones came before them; what they would do is not told:`,
  denial: (source) =>
    `Steps in the namespace of ${source} are denied, as it is bad, and no good version came before it:`,
};

function reportRejection(logger: Logger, rejection: Rejection): void {
  const { source, instead } = rejection;
  const sentences = rejection.problems.map(describePolicyProblem);
  for (const problem of sentences) logger.error({ problem, source, instead }, "policy rejected");
  tell([INSTEAD[instead](source), ...sentences].join("\n  "));
}
