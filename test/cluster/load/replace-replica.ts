import { type Installation } from "../installation.ts";

/** Stops the first replica as Kubernetes does, and puts a new one behind the Service: for a while there is one less. */
export async function replaceReplica(installation: Installation, words: readonly string[]): Promise<void> {
  const [first] = installation.replicas;
  if (first === undefined) throw new Error("there is no replica to be replaced");
  await Promise.all([installation.retireReplica(first), installation.addReplica(...words)]);
}
