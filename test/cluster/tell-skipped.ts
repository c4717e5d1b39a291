import { whyNoCluster } from "./why-no-cluster.ts";

/** Says before the other tests that these do not run, and what to do about it. */
export async function setup(): Promise<void> {
  const reason = await whyNoCluster();
  if (reason !== undefined) process.stderr.write(`cluster tests skipped: ${reason}\n`);
}
