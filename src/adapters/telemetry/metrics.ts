import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import type { PolicyReviewRecord, ReviewRecord, ValidationRecord } from "../../admission/answer.ts";
import type { Outcome } from "../../audit/outcomes.ts";
import { createBounded } from "./bounded.ts";
import { METRICS } from "./metric-table.ts";
import { createWorkspaceMetrics, type WorkspaceMetrics } from "./workspace-metrics.ts";

/** What the process counts; every label has a bounded number of values, so no step can make it grow. */
export interface Metrics {
  readonly observeReview: (record: ReviewRecord, seconds: number) => void;
  readonly observeValidation: (record: ValidationRecord, seconds: number) => void;
  /** What each rule did to one Pod. */
  readonly observeOutcomes: (outcomes: readonly Outcome[]) => void;
  readonly observePolicyLoad: (result: "loaded" | "rejected") => void;
  readonly setPolicies: (count: number) => void;
  /** The ends of policies, those first that must not be missing, in milliseconds since 1970. */
  readonly setPolicyExpiries: (ends: readonly { readonly name: string; readonly end: number }[]) => void;
  readonly setRejectedSources: (count: number) => void;
  readonly observePolicyReview: (outcome: PolicyReviewRecord["outcome"]) => void;
  /** `resource` as the API names it. */
  readonly observeClusterProblem: (resource: string) => void;
  readonly setCertificateExpiry: (notAfter: Date) => void;
  /** Reviews that could not be recorded. */
  readonly observeLostRecords: (reviews: number) => void;
  readonly observeDefect: () => void;
  readonly workspaces: WorkspaceMetrics;
  /** The text a Prometheus server scrapes. */
  readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

// A decision takes 50 µs to 1 ms; the API server waits 10 s unless told otherwise.
const BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 10];
// Codes come from a table in the engine; should one ever be made of a step's text, it cannot fill the memory.
const MAX_CODES = 100;
// One series each, in every replica.
const MAX_EXPIRIES = 100;
// Pairs of policy and rule, each with some of eleven verbs.
const MAX_RULES = 1000;

const OTHER = "other";

/** Makes the metrics of one process, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { reviews, validations, duration, findings, changes, rules, defects, expiry, ...policy } = series([
    registry,
  ]);
  // A series that exists from the start lets an alert see its first increase.
  for (const result of ["loaded", "rejected"]) policy.loads.inc({ result }, 0);
  const boundedCode = createBounded(MAX_CODES);
  const boundedRule = createBounded(MAX_RULES);
  const observe = (record: ReviewRecord, seconds: number): void => {
    duration.observe(seconds);
    if (record.changes > 0) changes.inc(record.changes);
    for (const code in record.findings)
      findings.inc({ code: boundedCode(code) ?? OTHER }, record.findings[code] ?? 0);
  };

  return {
    observeReview: (record, seconds) => {
      // Five outcomes, two kinds of run; namespaces, names and digests are for the log.
      reviews.inc({ outcome: record.outcome, dry_run: String(record.dryRun) });
      observe(record, seconds);
    },
    observeValidation: (record, seconds) => {
      const { occasion, outcome, dryRun } = record;
      validations.inc({ occasion, outcome, dry_run: String(dryRun) });
      observe(record, seconds);
    },
    observeOutcomes: (outcomes) => {
      for (const outcome of outcomes) {
        const { verb } = outcome;
        const { policy, rule } = placeOf(outcome);
        const isKnown = boundedRule(`${policy}#${rule}`) !== undefined;
        rules.inc(isKnown ? { policy, rule, verb } : { policy: OTHER, rule: OTHER, verb });
      }
    },
    observePolicyLoad: (result) => {
      policy.loads.inc({ result });
    },
    setPolicies: (count) => {
      policy.policies.set(count);
    },
    setPolicyExpiries: (ends) => {
      policy.expiries.reset();
      for (const { name, end } of ends.slice(0, MAX_EXPIRIES))
        policy.expiries.set({ policy: name }, end / 1000);
    },
    setRejectedSources: (count) => {
      policy.rejected.set(count);
    },
    observePolicyReview: (outcome) => {
      policy.reviewed.inc({ outcome });
    },
    observeClusterProblem: (resource) => {
      policy.cluster.inc({ resource });
    },
    setCertificateExpiry: (notAfter) => {
      expiry.set(notAfter.getTime() / 1000);
    },
    observeLostRecords: (reviews) => {
      policy.lost.inc(reviews);
    },
    observeDefect: () => {
      defects.inc();
    },
    workspaces: createWorkspaceMetrics(registry),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

// No podpecker_policy_info{digest}: there is a digest for each set of layers that ever matched, so it has no bound.
function series(registers: Registry[]) {
  const of = <Name extends keyof typeof METRICS>(name: Name) => ({
    name,
    help: METRICS[name].help,
    labelNames: Object.keys(METRICS[name].labels),
    registers,
  });
  return {
    reviews: new Counter(of("podpecker_reviews_total")),
    validations: new Counter(of("podpecker_pod_validations_total")),
    duration: new Histogram({ ...of("podpecker_review_duration_seconds"), buckets: BUCKETS }),
    findings: new Counter(of("podpecker_findings_total")),
    changes: new Counter(of("podpecker_changes_total")),
    rules: new Counter(of("podpecker_rule_outcomes_total")),
    loads: new Counter(of("podpecker_policy_loads_total")),
    policies: new Gauge(of("podpecker_policies")),
    expiries: new Gauge(of("podpecker_policy_expiry_timestamp_seconds")),
    rejected: new Gauge(of("podpecker_policies_rejected")),
    reviewed: new Counter(of("podpecker_policy_reviews_total")),
    cluster: new Counter(of("podpecker_cluster_problems_total")),
    expiry: new Gauge(of("podpecker_certificate_expiry_timestamp_seconds")),
    lost: new Counter(of("podpecker_records_lost_total")),
    defects: new Counter(of("podpecker_defects_total")),
  };
}

/** Which part of a Pod has the word is a step's to choose: of labels without end, `/metadata/labels` is counted. */
function placeOf({ policy, rule }: Pick<Outcome, "policy" | "rule">): Pick<Outcome, "policy" | "rule"> {
  return policy === "pod" ? { policy, rule: rule.split("/", 3).join("/") } : { policy, rule };
}
