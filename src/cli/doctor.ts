import { type Command, Option } from "commander";

import { type Cluster } from "../adapters/cluster/cluster.ts";
import { ClusterError } from "../adapters/cluster/cluster-error.ts";
import { connectAs } from "../adapters/cluster/connect-as.ts";
import { connectCluster } from "../adapters/cluster/connect-cluster.ts";
import { type Diagnosis, diagnose } from "./doctor/diagnosis.ts";
import { type OutputName, outputs } from "./doctor/outputs/table.ts";
import { readCluster } from "./doctor/read-cluster.ts";
import { readWorkspaces } from "./doctor/read-workspaces.ts";
import { tryPods } from "./doctor/try-pods.ts";
import { failed } from "./doctor/verdict.ts";
import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { addPolicyConfigMap, ownNamespace } from "./policy-sources.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
Reads what Podpecker needs in a cluster, then sends a step's Pod through the API
server as a dry run: nothing is written, nothing is kept. Each line says what is
well, or what to do. What this user may not read is unknown, with the permission
that is missing.

The cluster is that of --kubeconfig and --context, else the one that the program
runs in, else that of $KUBECONFIG or ~/.kube/config. Without --try-namespace the
Pod is tried in the first namespace that the selectors choose and a policy is
for. Policies that match on users are for Pods of these only: --as tries the Pod
in their name, as kubectl --as does.

Outputs:
  text  a line for each thing, what to do below it, and the sum (the default)
  json  [{check, about, state, says, remedy, commands}]; state is one of ok,
        warning, failed, unknown; remedy and commands where there are any

Exit codes: 0 nothing failed (warnings and what is unknown may stand there), 2
something must be mended or the cluster cannot be asked, 70 a defect of
Podpecker.

Examples:
  podpecker doctor
  podpecker doctor --context staging --try-namespace ci-acme
  podpecker doctor --as system:serviceaccount:woodpecker:woodpecker-agent
  podpecker doctor --output json | jq '.[] | select(.state == "failed")'`;

// Longer than an API server works on a request, slow webhooks included:
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go
const DRY_RUN_MS = 40_000;

interface DoctorOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace: string;
  readonly service: string;
  readonly webhookConfiguration: string;
  readonly policyConfigmap?: readonly string[];
  readonly tryNamespace?: string;
  readonly as?: string;
  readonly output: OutputName;
}

/** `podpecker doctor`: what is well with Podpecker in a cluster, and what to do about the rest. */
export function defineDoctor(command: Command): void {
  command
    .option("--kubeconfig <file>", "how to reach the cluster")
    .option("--context <name>", "a context of the kubeconfig; its current one otherwise")
    .addOption(ownNamespace("--namespace <name>"))
    .option("--service <name>", "Podpecker's Service and Deployment", "podpecker")
    .option("--webhook-configuration <name>", "both webhook configurations", "podpecker");
  addPolicyConfigMap(command)
    .option("--try-namespace <name>", "where the Pod is tried")
    .option("--as <user>", "in whose name the Pod is tried")
    .addOption(
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(doctor);
}

async function doctor(options: DoctorOptions): Promise<void> {
  const diagnoses = await examine(options, await connect(options));
  print(outputs[options.output](diagnoses));
  if (diagnoses.some(({ state }) => state === "failed")) process.exitCode = EXIT.unusable;
}

interface Connections {
  readonly reading: Cluster;
  readonly trying: Cluster;
}

async function connect({ kubeconfig, context, as }: DoctorOptions): Promise<Connections> {
  const place = { kubeconfig, context };
  const timeouts = { answerMs: DRY_RUN_MS };
  try {
    return {
      reading: await connectCluster(place),
      trying: await (as === undefined ? connectCluster(place, timeouts) : connectAs(as, place, timeouts)),
    };
  } catch (error) {
    if (error instanceof ClusterError) throw new InputError([`podpecker: ${error.message}`]);
    throw error;
  }
}

async function examine(options: DoctorOptions, { reading, trying }: Connections): Promise<Diagnosis[]> {
  const { namespace, service, webhookConfiguration: configuration, policyConfigmap = [] } = options;
  const { as, tryNamespace } = options;
  try {
    const names = { namespace, service, configuration };
    const state = await readCluster(reading, { names, promoted: policyConfigmap, as });
    const [trial, workspaces] = await Promise.all([
      tryPods(trying, state, tryNamespace),
      readWorkspaces(reading, state),
    ]);
    return diagnose({ ...state, trial, workspaces });
  } catch (error) {
    if (error instanceof ClusterError) return [unreachable(error)];
    throw error;
  }
}

/** Nothing else can be said then. */
const unreachable = ({ message }: ClusterError): Diagnosis => ({
  check: "apiServer",
  ...failed("API server", message, [
    "name a cluster that answers with --kubeconfig or --context",
    "kubectl version",
  ]),
});
