import { type Command, InvalidArgumentError } from "commander";

import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { connectCluster } from "../../adapters/cluster/connect-cluster.ts";
import { readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { type ClusterTier } from "../../policy/cluster-tier.ts";
import { InputError } from "../input-error.ts";
import { parseMoment } from "../moment.ts";
import { addPolicyConfigMap, collect, ownNamespace } from "../policy-sources.ts";
import { readLimitRanges } from "../review/read-limit-ranges.ts";
import { openCluster } from "./cluster-source.ts";
import { openFiles } from "./file-source.ts";
import { limitRangesIn, type LimitRangesOf } from "./limit-ranges-of.ts";
import { type PodSource } from "./pod-source.ts";

/** What commands that look at many Pods are told about them. */
export interface PodOptions {
  readonly cluster?: true;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly selector?: string;
  readonly user?: string;
  readonly at?: number;
  readonly limitRange?: readonly string[];
  readonly examples: number;
  readonly policyNamespace: string;
  readonly policyConfigmap?: readonly string[];
}

/** Adds the options that say which Pods, and under which circumstances. */
export function addPodOptions(command: Command): Command {
  command
    .option("--cluster", "look at the Pods that are in a cluster; nothing there is changed")
    .option("--kubeconfig <file>", "how to reach the cluster")
    .option("--context <name>", "a context of the kubeconfig; its current one otherwise")
    .option(
      "-n, --namespace <name>",
      'with --cluster: the Pods of this namespace only; else the namespace of Pods that do not say it, "default" without',
    )
    .option("-l, --selector <labels>", "with --cluster: Pods with these labels only")
    .option("--user <name>", "who creates the Pods, for policies that match on it; reviews say it themselves")
    .option(
      "--at <time>",
      "decide as at that time, for policies that end; a day is its beginning",
      parseMoment,
    )
    .option("--limit-range <path>", "a file or directory with LimitRanges that count; repeatable", collect)
    .option("--examples <number>", "how many Pods to name for each thing told", parseCount, 3)
    .addOption(ownNamespace("--policy-namespace <name>"));
  return addPolicyConfigMap(command);
}

/** Which ConfigMaps are law for the whole cluster. */
export const tierOf = ({ policyNamespace, policyConfigmap = [] }: PodOptions): ClusterTier => ({
  namespace: policyNamespace,
  promoted: policyConfigmap,
});

/** The cluster that is meant; nothing where Pods are in files.
 * @throws {InputError} where the options contradict each other
 */
export async function clusterOf(
  files: readonly string[],
  { cluster, kubeconfig, context, selector }: PodOptions,
): Promise<Cluster | undefined> {
  if (cluster === true && files.length > 0)
    throw new InputError(["podpecker: either files or --cluster; leave one of them out"]);
  if (cluster === true) return connectCluster({ kubeconfig, context });
  const stray = Object.entries({ kubeconfig, context, selector }).find(([, value]) => value !== undefined);
  if (stray !== undefined)
    throw new InputError([`podpecker: --${stray[0]} is for --cluster; add that, or leave it out`]);
  return undefined;
}

/** Opens the Pods of files or of a cluster.
 * @throws {ClusterError | FileError | InputError} with what cannot be read
 */
export async function openPods(
  files: readonly string[],
  cluster: Cluster | undefined,
  options: PodOptions,
): Promise<PodSource> {
  const { namespace, selector, user, policyNamespace } = options;
  const limitRangesOf = await givenLimitRanges(options);
  if (cluster !== undefined) {
    const names = { namespace: policyNamespace, service: "podpecker", configuration: "podpecker" };
    return openCluster(cluster, { namespace, labelSelector: selector, user, names, limitRangesOf });
  }
  const opened = await openFiles(files, { namespace: namespace ?? "default", user });
  return { ...opened, limitRangesOf: limitRangesOf ?? limitRangesIn(undefined) };
}

async function givenLimitRanges({ limitRange, namespace }: PodOptions): Promise<LimitRangesOf | undefined> {
  if (limitRange === undefined) return undefined;
  return limitRangesIn(
    readLimitRanges(await readPolicyFiles(limitRange), { namespace: namespace ?? "default" }),
  );
}

function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("It must be a number from 0 to 9999.");
  return Number(text);
}
