/** One metric: what it counts, by what, and what a person does about it. */
interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Each label with the values that it has. */
  readonly labels: Readonly<Record<string, string>>;
  readonly use: string;
}

const OUTCOME =
  "`untouched`: no policy is for it; `decided`; `malformed` and `refused`: denied; `invalid`: no review";
const DRY_RUN = "`true` for `--dry-run=server` and the like, else `false`";

/** Every metric there is but those of the process itself. The series and the reference page are made from this table. */
export const METRICS = {
  podpecker_reviews_total: {
    type: "counter",
    help: "Admission reviews answered, by what became of them.",
    labels: { outcome: OUTCOME, dry_run: DRY_RUN },
    use: "Denials that begin with a change of a policy are its doing: `podpecker_rule_outcomes_total` names the rule. `invalid` is not the API server speaking.",
  },
  podpecker_pod_validations_total: {
    type: "counter",
    help: "Pods judged without being changed, by what was wanted of them and what became of it.",
    labels: {
      occasion: "`create`, `resize`, `ephemeralcontainers` or `other`",
      outcome: OUTCOME,
      dry_run: DRY_RUN,
    },
    use: "`refused` at `create`: another webhook writes over what a policy sets. At the others: somebody tries to undo it.",
  },
  podpecker_review_duration_seconds: {
    type: "histogram",
    help: "Time from the whole body of a review to the whole answer.",
    labels: {},
    use: "Above 10 ms a replica has too little CPU.",
  },
  podpecker_findings_total: {
    type: "counter",
    help: "Things that people were told about their Pods.",
    labels: { code: "a code of [findings](findings.md), or `other`" },
    use: "Many of one code: a policy asks too much, or something is written wrong in many pipelines.",
  },
  podpecker_changes_total: {
    type: "counter",
    help: "Fields written into Pods.",
    labels: {},
    use: "None although reviews are decided: no policy says anything, or Pods come with all of it.",
  },
  podpecker_rule_outcomes_total: {
    type: "counter",
    help: "What each rule of each policy did to Pods, once for each field or option.",
    labels: {
      policy:
        "the policy; `built-in` where none says anything, `pod` where the Pod itself does, empty for options that cannot be read",
      rule: "the rule within it, `/resources/max/memory`; where there is none, a code of [findings](findings.md). After 1,000 pairs of policy and rule, both are `other`",
      verb: "one of the verbs below",
    },
    use: "`denied` and `refused`: look at the Events of the policy's ConfigMap, or at `/audit`, for whose steps they are. `would-deny`: steps that will not run when the policy is enforced.",
  },
  podpecker_policy_loads_total: {
    type: "counter",
    help: "Attempts to load policies; a rejected one leaves the last good policies in force.",
    labels: { result: "`loaded` or `rejected`" },
    use: "`rejected`: the log, and an Event on the ConfigMap, say file, line and column.",
  },
  podpecker_policies: {
    type: "gauge",
    help: "Policies in force, those in audit mode among them.",
    labels: {},
    use: "Less than expected: one was disabled, has ended or lost its label.",
  },
  podpecker_policy_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When a policy with validUntil ends, in seconds since 1970; of the 100 that end next.",
    labels: { policy: "the policy" },
    use: "Renew it or delete it before that.",
  },
  podpecker_policies_rejected: {
    type: "gauge",
    help: "Files and ConfigMaps whose policies are bad now; the last good ones stay in force.",
    labels: {},
    use: "Mend them: a replica that starts anew has no last good ones.",
  },
  podpecker_policy_reviews_total: {
    type: "counter",
    help: "Policies reviewed when they were written, by what became of them.",
    labels: { outcome: "`untouched`: no policy; `accepted`, `rejected`; `invalid`: no review" },
    use: "Nothing: whoever wrote it was told.",
  },
  podpecker_cluster_problems_total: {
    type: "counter",
    help: "Times that the API server could not be reached or refused, by what was wanted of it.",
    labels: { resource: "as the API names it" },
    use: "What was read before stays in force. One that goes on is a right that is missing: the log says which.",
  },
  podpecker_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the serving certificate ends, in seconds since 1970.",
    labels: {},
    use: "It is renewed long before; if not, the log says why.",
  },
  podpecker_records_lost_total: {
    type: "counter",
    help: "Reviews that serve --record could not write to its file.",
    labels: {},
    use: "The log says why; a full disk is the usual reason. Reviews are answered all the same.",
  },
  podpecker_workspace_claims: {
    type: "gauge",
    help: "Claims that are workspaces now, as each replica sees them: used by Pods, idle, or ending.",
    labels: { state: "`used`, `idle`, or `ending`: deleted, and held by Pods that are still there" },
    use: "Many that are `ending`: creators leave finished Pods behind.",
  },
  podpecker_workspace_claims_created_total: {
    type: "counter",
    help: "Claims made for workspaces.",
    labels: {},
    use: "Workflows with a workspace.",
  },
  podpecker_workspace_claim_age_seconds: {
    type: "histogram",
    help: "How old claims were when they were removed; its count is how many were.",
    labels: {},
    use: "How long storage is held.",
  },
  podpecker_workspace_problems_total: {
    type: "counter",
    help: "Times that Pods had to wait for a workspace, or that one could not be removed, by why.",
    labels: { problem: "`refused`, `foreign`, `not-granted`, `ending` or `unprovisioned`" },
    use: "The Event on the Pods that wait says more.",
  },
  podpecker_workspace_api_calls_total: {
    type: "counter",
    help: "Calls of the API server about claims, without watches, the Lease and Events.",
    labels: { call: "`create`, `delete`, `pods` or `events`" },
    use: "Divided by the claims made it is three, where nothing goes wrong.",
  },
  podpecker_workspace_leader: {
    type: "gauge",
    help: "1 where this replica makes and removes claims, 0 where another one does, or none.",
    labels: {},
    use: "The sum over all replicas should be 1 where a policy has a workspace.",
  },
  podpecker_defects_total: {
    type: "counter",
    help: "Errors inside Podpecker, answered with 500.",
    labels: {},
    use: "Report it, with the log line.",
  },
} as const satisfies Readonly<Record<`podpecker_${string}`, Metric>>;
