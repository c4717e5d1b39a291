import { type Command, Option } from "commander";

import { type Cluster } from "../adapters/cluster/cluster.ts";
import { decideRequest } from "../admission/review.ts";
import { type AuditReport } from "../audit/audit-report.ts";
import { collectAudit } from "../audit/collect-audit.ts";
import { enforced } from "../audit/enforced.ts";
import { loadedPolicies, type PolicySet } from "../policy/policy-set.ts";
import { readClusterLaw } from "./audit/cluster-law.ts";
import { eachPod } from "./audit/each-pod.ts";
import { FAIL_ON, type FailOn, isFailed } from "./audit/fail-on.ts";
import { type OutputName, outputs } from "./audit/outputs/table.ts";
import { addPodOptions, clusterOf, openPods, type PodOptions, tierOf } from "./audit/pod-options.ts";
import { type PodSource } from "./audit/pod-source.ts";
import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { collect, loadPolicies } from "./policy-sources.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
Says what policies would do to many Pods, policy by policy and rule by rule,
before they are in force. Policies in audit mode count as if they were enforced.
Nothing is changed anywhere.

What is looked at: files as podpecker review reads them; records (.jsonl), with
an AdmissionReview on each line, as podpecker serve --record writes them, of any
length; directories with such files; - for standard input; or, with --cluster,
the Pods that are there now, each as it would be created again. Of a cluster the
policies are its own, unless --policy names others. A record says who created
its Pods; of others nobody knows it but --user.

Outputs:
  text      what becomes of the Pods, then each policy's rules (the default)
  json      all of it; podpecker schema audit prints its JSON Schema
  markdown  tables for a pull request
  junit     a case for each rule that does something; denials are failures, or
            what --fail-on names

--fail-on names what must not happen to any Pod, in this order: denied, refused,
clamped, changed; each stands for those before it as well.

Exit codes: 0 looked at, 1 what --fail-on names would happen, 2 the input, a
policy or the cluster must be mended, 70 a defect of Podpecker.

Examples:
  podpecker audit --cluster
  podpecker audit --cluster -n woodpecker --policy policies/
  podpecker audit reviews.jsonl --policy policies/ --fail-on denied
  kubectl get pods -A -o json | podpecker audit --policy policies/
  podpecker audit pods/ --policy policies/ --output markdown`;

interface AuditOptions extends PodOptions {
  readonly policy?: readonly string[];
  readonly failOn: FailOn;
  readonly output: OutputName;
}

/** `podpecker audit`: what policies would do to the Pods there are, or were. */
export function defineAudit(command: Command): void {
  command
    .argument("[file...]", "files or directories with Pods or reviews; - is standard input")
    .option("--policy <path>", "a file or directory with policies; repeatable", collect);
  addPodOptions(command)
    .addOption(new Option("--fail-on <what>", "what makes the exit code 1").choices(FAIL_ON).default("none"))
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(audit);
}

async function audit(files: readonly string[], options: AuditOptions): Promise<void> {
  const { failOn, output } = options;
  if (options.policy === undefined && options.cluster !== true)
    throw new InputError(["podpecker: nothing says what decides; add --policy PATH, or --cluster"]);
  const cluster = await clusterOf(files, options);
  const policies = await policiesOf(cluster, options);
  const report = await lookAt(await openPods(files, cluster, options), policies, options);
  print(outputs[output](report, failOn));
  if (isFailed(report, failOn)) process.exitCode = EXIT.denied;
}

async function policiesOf(cluster: Cluster | undefined, options: AuditOptions): Promise<PolicySet> {
  const { policy: paths = [] } = options;
  const tier = tierOf(options);
  if (cluster !== undefined && paths.length === 0) return readClusterLaw(cluster, tier);
  return (await loadPolicies({ paths, tier })).policies;
}

async function lookAt(
  source: PodSource,
  policies: PolicySet,
  { at: now = Date.now(), examples, cluster }: AuditOptions,
): Promise<AuditReport> {
  const { limitRangesOf, chosen } = source;
  const collector = collectAudit({
    policies: loadedPolicies(policies).map(({ name }) => name),
    now,
    examples,
  });
  const outside = { pods: 0, namespaces: new Set<string>() };
  const emptiness = cluster === true ? undefined : "podpecker: there is no Pod in what is to be looked at";
  await eachPod(source, emptiness, ({ name, request }) => {
    const decision = decideRequest(request, policies, { now, limitRangesOf })?.decision;
    const decided = decision === undefined ? undefined : enforced(decision);
    collector.add(name, decided);
    const { namespace = "" } = request;
    if (decided === undefined || decided.outcome === "untouched" || chosen?.has(namespace) !== false) return;
    outside.pods += 1;
    outside.namespaces.add(namespace);
  });
  const report = collector.report();
  if (chosen === undefined) return report;
  return { ...report, outside: { pods: outside.pods, namespaces: [...outside.namespaces].sort() } };
}
