import { existsSync } from "node:fs";

import type * as ClientNode from "@kubernetes/client-node";

import { harmless } from "../../text/quote.ts";
import { ClusterError } from "./cluster-error.ts";
import { quoteWhole } from "./quote-whole.ts";

/** Several kubeconfig files that count as one. */
export interface Kubeconfigs {
  readonly files: readonly string[];
  /** As kubectl has it, files that are not there are passed over, so long as there is one. */
  readonly mayLack: boolean;
}

/** Reads kubeconfig files as kubectl does: the first to name a cluster, user, context or current context wins.
 * @throws {ClusterError} when there is none, or one cannot be read
 */
export function loadKubeconfigs(
  client: typeof ClientNode,
  { files, mayLack }: Kubeconfigs,
): { readonly config: ClientNode.KubeConfig; readonly files: readonly string[] } {
  const present = files.filter((file) => existsSync(file) || !mayLack);
  if (present.length === 0) {
    throw new ClusterError(
      `no cluster is known: there is no file ${files.map(quoteWhole).join(" or ")}; name a kubeconfig with --kubeconfig or $KUBECONFIG`,
    );
  }
  const read = present.map((file) => loadKubeconfig(client, file));
  const config = new client.KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEachName(read.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(read.flatMap(({ users }) => users)),
    contexts: firstOfEachName(read.flatMap(({ contexts }) => contexts)),
    currentContext: read.map(({ currentContext }) => currentContext).find(Boolean),
  });
  return { config, files: present };
}

function loadKubeconfig(client: typeof ClientNode, file: string): ClientNode.KubeConfig {
  const config = new client.KubeConfig();
  try {
    config.loadFromFile(file);
    return config;
  } catch (error) {
    // The library looks for members in nothing.
    const message =
      error instanceof TypeError ? "it is empty" : error instanceof Error ? error.message : String(error);
    const reason = harmless(message.split("\n", 1)[0] ?? "");
    const isUnread = error instanceof Error && "syscall" in error;
    throw new ClusterError(
      isUnread
        ? `${quoteWhole(file)} cannot be read (${reason}); name a kubeconfig file that exists`
        : `${quoteWhole(file)} is no kubeconfig (${reason}); it should be YAML of kind Config`,
      { cause: error },
    );
  }
}

const firstOfEachName = <Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] =>
  entries.filter(({ name }, index) => entries.findIndex((other) => other.name === name) === index);
