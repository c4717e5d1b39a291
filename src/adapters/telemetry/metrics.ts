import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import type { PolicyReviewRecord, ReviewRecord, ValidationRecord } from "../../admission/answer.ts";

/** What the process counts; every label has a bounded number of values, so no step can make it grow. */
export interface Metrics {
  readonly observeReview: (record: ReviewRecord, seconds: number) => void;
  readonly observeValidation: (record: ValidationRecord, seconds: number) => void;
  readonly observePolicyLoad: (result: "loaded" | "rejected") => void;
  readonly setPolicies: (count: number) => void;
  /** The ends of policies, those first that must not be missing, in milliseconds since 1970. */
  readonly setPolicyExpiries: (ends: readonly { readonly name: string; readonly end: number }[]) => void;
  readonly setRejectedSources: (count: number) => void;
  readonly observePolicyReview: (outcome: PolicyReviewRecord["outcome"]) => void;
  /** `resource` as the API names it. */
  readonly observeClusterProblem: (resource: string) => void;
  readonly setCertificateExpiry: (notAfter: Date) => void;
  readonly observeDefect: () => void;
  /** The text a Prometheus server scrapes. */
  readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

// A decision takes 25 µs to 1 ms; the API server waits 10 s unless told otherwise.
const BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 10];
// Codes come from a table in the engine; should one ever be made of a step's text, it cannot fill the memory.
const MAX_CODES = 100;
// One series each, in every replica.
const MAX_EXPIRIES = 100;

/** Makes the metrics of one process, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { reviews, validations, duration, findings, changes, defects, expiry, ...policy } = series([
    registry,
  ]);
  // A series that exists from the start lets an alert see its first increase.
  for (const result of ["loaded", "rejected"]) policy.loads.inc({ result }, 0);
  const boundedCode = createBoundedCode();
  const observe = (record: ReviewRecord, seconds: number): void => {
    duration.observe(seconds);
    if (record.changes > 0) changes.inc(record.changes);
    for (const code in record.findings) findings.inc({ code: boundedCode(code) }, record.findings[code] ?? 0);
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
    observeDefect: () => {
      defects.inc();
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

// No podpecker_policy_info{digest}: there is a digest for each set of layers that ever matched, so it has no bound.
function series(registers: Registry[]) {
  return {
    reviews: new Counter({
      name: "podpecker_reviews_total",
      help: "Admission reviews answered, by what became of them.",
      labelNames: ["outcome", "dry_run"],
      registers,
    }),
    validations: new Counter({
      name: "podpecker_pod_validations_total",
      help: "Pods judged without being changed, by what was wanted of them and what became of it.",
      labelNames: ["occasion", "outcome", "dry_run"],
      registers,
    }),
    duration: new Histogram({
      name: "podpecker_review_duration_seconds",
      help: "Time from the whole body of a review to the whole answer.",
      buckets: BUCKETS,
      registers,
    }),
    findings: new Counter({
      name: "podpecker_findings_total",
      help: "Things that people were told about their Pods.",
      labelNames: ["code"],
      registers,
    }),
    changes: new Counter({
      name: "podpecker_changes_total",
      help: "Fields written into Pods.",
      registers,
    }),
    loads: new Counter({
      name: "podpecker_policy_loads_total",
      help: "Attempts to load policies; a rejected one leaves the last good policies in force.",
      labelNames: ["result"],
      registers,
    }),
    policies: new Gauge({ name: "podpecker_policies", help: "Policies in force.", registers }),
    expiries: new Gauge({
      name: "podpecker_policy_expiry_timestamp_seconds",
      help: "When a policy with validUntil ends, in seconds since 1970; of the 100 that end next.",
      labelNames: ["policy"],
      registers,
    }),
    rejected: new Gauge({
      name: "podpecker_policies_rejected",
      help: "Files and ConfigMaps whose policies are bad now; the last good ones stay in force.",
      registers,
    }),
    reviewed: new Counter({
      name: "podpecker_policy_reviews_total",
      help: "Policies reviewed when they were written, by what became of them.",
      labelNames: ["outcome"],
      registers,
    }),
    cluster: new Counter({
      name: "podpecker_cluster_problems_total",
      help: "Times that the API server could not be reached or refused, by what was wanted of it.",
      labelNames: ["resource"],
      registers,
    }),
    expiry: new Gauge({
      name: "podpecker_certificate_expiry_timestamp_seconds",
      help: "When the serving certificate ends, in seconds since 1970.",
      registers,
    }),
    defects: new Counter({
      name: "podpecker_defects_total",
      help: "Errors inside Podpecker, answered with 500.",
      registers,
    }),
  };
}

function createBoundedCode(): (code: string) => string {
  const known = new Set<string>();
  return (code) => {
    if (known.has(code)) return code;
    if (known.size >= MAX_CODES) return "other";
    known.add(code);
    return code;
  };
}
