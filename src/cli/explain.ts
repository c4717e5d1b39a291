import { type Command, Option } from "commander";

import { explainManifest } from "./explain/explained.ts";
import { type OutputName, outputs } from "./explain/outputs.ts";
import { readInputs } from "./review/read-inputs.ts";
import { readManifests } from "./review/read-manifests.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
Reads what Podpecker noted on a Pod when it was created (the annotation
podpecker.dev/applied): which field was written, by which rule of which policy,
and what its author was told. No policy, no cluster and no webhook is needed.
What the rule says stands in the policy, at the place that it names.

Exit codes: 0 explained, 2 the input must be mended, 70 a defect of Podpecker.

Examples:
  kubectl get pod wp-build -o yaml | podpecker explain
  kubectl get pod wp-build -o yaml | podpecker explain --field memory
  kubectl get pods -n woodpecker -o json | podpecker explain --output json`;

interface ExplainOptions {
  readonly field: string;
  readonly output: OutputName;
}

/** `podpecker explain`: why a Pod that runs has what it has. */
export function defineExplain(command: Command): void {
  command
    .argument("[file...]", "Pods as the cluster has them; - is standard input")
    .option("--field <text>", "only fields whose path has this in it, such as limits.memory", "")
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(explain);
}

async function explain(files: readonly string[], { field, output }: ExplainOptions): Promise<void> {
  const manifests = readManifests(await readInputs(files), { namespace: "", user: undefined });
  print(outputs[output](manifests.flatMap((manifest) => explainManifest(manifest, field))));
}
