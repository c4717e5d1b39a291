import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import type * as ClientNode from "@kubernetes/client-node";
import { z } from "zod";

import { harmless } from "../../text/quote.ts";
import { ClusterError } from "./cluster-error.ts";
import { loadKubeconfigs } from "./kubeconfig.ts";
import { quoteWhole } from "./quote-whole.ts";

/** Which cluster is meant, and as whom. */
export interface ClusterPlace {
  /** A kubeconfig file; without it, in a cluster the service account decides, elsewhere $KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  /** One of its contexts; its current one where none is named. */
  readonly context?: string | undefined;
  /** Where the root of the file system is in which the service account is mounted; for tests. */
  readonly root?: string | undefined;
}

/** A cluster and a user that were found to be complete. */
export interface Credentials {
  readonly config: ClientNode.KubeConfig;
  readonly origin: string;
  readonly server: string;
}

/** Loads what is known about a cluster and checks all that the client library would pass over.
 * @throws {ClusterError} when a file, a context or a member of them is missing or wrong
 */
export async function loadCredentials(client: typeof ClientNode, place: ClusterPlace): Promise<Credentials> {
  const isInside = place.kubeconfig === undefined && isSet(process.env["KUBERNETES_SERVICE_HOST"]);
  const { config, origin } = isInside ? fromServiceAccount(client, place) : fromFiles(client, place);
  const server = assertServer(config, origin);
  await assertReadable(config, origin);
  return { config, origin, server };
}

type Found = Omit<Credentials, "server">;

function fromServiceAccount(client: typeof ClientNode, { context, root = "" }: ClusterPlace): Found {
  if (context !== undefined) {
    throw new ClusterError(
      `context ${quoteWhole(context)} cannot be chosen: in a cluster the service account decides; name its file with --kubeconfig, too`,
    );
  }
  if (!isSet(process.env["KUBERNETES_SERVICE_PORT"])) {
    throw new ClusterError(
      "KUBERNETES_SERVICE_HOST is set and KUBERNETES_SERVICE_PORT is not; in a Pod both are, elsewhere neither should be",
    );
  }
  const config = new client.KubeConfig();
  config.loadFromCluster(root);
  return { config, origin: "the service account of this Pod" };
}

function fromFiles(client: typeof ClientNode, { kubeconfig, context }: ClusterPlace): Found {
  const listed = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter(isSet);
  const defaults = listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
  const { config, files } = loadKubeconfigs(
    client,
    kubeconfig === undefined ? { mayLack: true, files: defaults } : { mayLack: false, files: [kubeconfig] },
  );
  const named = files.map(quoteWhole).join(" and ");
  chooseContext(config, context, named);
  return { config, origin: `context ${quoteWhole(config.getCurrentContext())} of ${named}` };
}

function chooseContext(config: ClientNode.KubeConfig, context: string | undefined, files: string): void {
  const known = config.getContexts().map(({ name }) => name);
  if (known.length === 0) {
    throw new ClusterError(`${files} holds no context; it should be a kubeconfig with one at least`);
  }
  const choices = `it has ${known.map(quoteWhole).join(", ")}`;
  // A file need not have a current one, whatever the declared type says.
  const chosen: string | undefined = context ?? config.getCurrentContext();
  if (!isSet(chosen)) {
    throw new ClusterError(`${files} has no current context; name one with --context: ${choices}`);
  }
  if (!known.includes(chosen)) {
    throw new ClusterError(`context ${quoteWhole(chosen)} is not in ${files}; name another: ${choices}`);
  }
  config.setCurrentContext(chosen);
}

function assertServer(config: ClientNode.KubeConfig, origin: string): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ClusterError(`${origin} names a cluster that does not stand there; add it`);
  // Without a user the library would pass over the CA of the cluster, too.
  if (config.getCurrentUser() === null) {
    throw new ClusterError(`${origin} names a user that does not stand there; add it`);
  }
  const { server } = cluster;
  const protocol = URL.canParse(server) ? new URL(server).protocol : "";
  const isPlain = protocol === "http:" && cluster.skipTLSVerify;
  if (protocol === "https:" || isPlain) return server;
  throw new ClusterError(
    protocol === "http:"
      ? `${origin}: credentials would go to ${quoteWhole(server)} in the clear; use https, or say insecure-skip-tls-verify: true`
      : `${origin}: the server ${quoteWhole(server)} is no URL; it should begin with https://`,
  );
}

const TokenFile = z.looseObject({ config: z.looseObject({ tokenFile: z.string() }) });

/** A missing file would else be found at the first request, and look like a network that is down. */
async function assertReadable(config: ClientNode.KubeConfig, origin: string): Promise<void> {
  const { caFile } = config.getCurrentCluster() ?? {};
  const user = config.getCurrentUser();
  const tokenFile = TokenFile.safeParse(user?.authProvider).data?.config.tokenFile;
  for (const file of [caFile, user?.certFile, user?.keyFile, tokenFile]) {
    if (isSet(file)) await assertFile(file, origin);
  }
}

async function assertFile(file: string, origin: string): Promise<void> {
  try {
    await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterError(
      `${origin} needs ${quoteWhole(file)}, which cannot be read (${harmless(reason)}); put it there`,
      { cause: error },
    );
  }
}

// What a file leaves out may also be null, whatever the declared type says.
const isSet = (text: string | undefined): text is string => typeof text === "string" && text !== "";
