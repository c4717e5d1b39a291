import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { connectCluster } from "#src/adapters/cluster/connect-cluster.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import { fakeApiServer } from "./fake-api-server.ts";

/** A kubeconfig with one context, or with what a test makes of it. */
export function kubeconfig(server: string, changes: object = {}): string {
  // Every YAML parser reads JSON.
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "try",
    clusters: [{ name: "here", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token: "secret-token" } }],
    contexts: [{ name: "try", context: { cluster: "here", user: "me" } }],
    ...changes,
  });
}

/** A fake API server and a cluster that leads there. */
export async function connected({ answerMs = 5_000 } = {}) {
  const api = await fakeApiServer();
  const file = join(await temporaryDirectory(), "config");
  await writeFile(file, kubeconfig(api.url));
  const cluster = await connectCluster({ kubeconfig: file }, { answerMs });
  return { api, cluster, origin: `context "try" of "${file}"` };
}

/** What an API server says when it refuses. */
export const status = (code: number, message: string, reason = "") => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code,
  reason,
  message,
});
