import { type Command, Option } from "commander";

import { decideRequest } from "../admission/review.ts";
import { type Comparison } from "../audit/comparison.ts";
import { collectComparison } from "../audit/collect-comparison.ts";
import { enforced } from "../audit/enforced.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { eachPod } from "./audit/each-pod.ts";
import { addPodOptions, clusterOf, openPods, type PodOptions, tierOf } from "./audit/pod-options.ts";
import { type PodSource } from "./audit/pod-source.ts";
import { FAIL_ON, type FailOn, isFailed } from "./diff/fail-on.ts";
import { type OutputName, outputs } from "./diff/outputs/table.ts";
import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { loadPolicies } from "./policy-sources.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
Compares what two sets of policies do to the same Pods: the blast radius of a
change, before it is made. OLD and NEW are files or directories, such as two
checkouts of a repository. Differences that Pods have in common are told once,
with how many Pods have them. Policies in audit mode count as if they were
enforced.

--on takes what podpecker audit takes: files, records (.jsonl), directories, - for
standard input; --cluster takes the Pods that are in a cluster now.

Outputs:
  text      who is denied, refused or bounded by one of them only, and which
            fields differ, with both values and rules (the default)
  json      all of it; podpecker schema diff prints its JSON Schema
  markdown  tables for a pull request
  junit     a case for each difference, failed where --fail-on names it

--fail-on says what is a failure: any difference (the default), none, or what the
new policies do and the old ones did not: denied; refused, or denied; clamped,
refused or denied.

Exit codes: 0 nothing differs that --fail-on names, 1 something does, 2 the
input, a policy or the cluster must be mended, 70 a defect of Podpecker.

Examples:
  podpecker diff policies/ new-policies/ --on pods/
  podpecker diff main/policies policies --on reviews.jsonl --output markdown
  podpecker diff main/policies policies --on reviews.jsonl --fail-on denied
  podpecker diff policies/ new-policies/ --cluster -n woodpecker`;

interface DiffOptions extends PodOptions {
  readonly on?: readonly string[];
  readonly failOn: FailOn;
  readonly output: OutputName;
}

/** `podpecker diff`: what a change of policies changes for the Pods there are, or were. */
export function defineDiff(command: Command): void {
  command
    .argument("<old>", "a file or directory with policies")
    .argument("<new>", "the same after a change")
    .option("--on <path...>", "files or directories with Pods or reviews; - is standard input");
  addPodOptions(command)
    .addOption(
      new Option("--fail-on <what>", "what makes the exit code 1")
        .choices(Object.keys(FAIL_ON))
        .default("any"),
    )
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(diff);
}

async function diff(older: string, newer: string, options: DiffOptions): Promise<void> {
  const { on = [], failOn, output } = options;
  if (on.length === 0 && options.cluster !== true)
    throw new InputError(["podpecker: nothing says which Pods are compared; add --on PATH, or --cluster"]);
  const tier = tierOf(options);
  const cluster = await clusterOf(on, options);
  const sets = {
    older: (await loadPolicies({ paths: [older], tier })).policies,
    newer: (await loadPolicies({ paths: [newer], tier })).policies,
  };
  const comparison = await compare(await openPods(on, cluster, options), sets, options);
  print(outputs[output](comparison, failOn));
  if (isFailed(comparison, failOn)) process.exitCode = EXIT.denied;
}

async function compare(
  source: PodSource,
  { older, newer }: { readonly older: PolicySet; readonly newer: PolicySet },
  { at: now = Date.now(), examples, cluster }: DiffOptions,
): Promise<Comparison> {
  const collector = collectComparison({ now, examples });
  const surroundings = { now, limitRangesOf: source.limitRangesOf };
  const emptiness = cluster === true ? undefined : "podpecker: there is no Pod in what --on names";
  await eachPod(source, emptiness, ({ name, request }) => {
    const [before, after] = [older, newer].map((set) => decideRequest(request, set, surroundings)?.decision);
    const isPod = before !== undefined && after !== undefined;
    collector.add(name, isPod ? { older: enforced(before), newer: enforced(after) } : undefined);
  });
  return collector.comparison();
}
