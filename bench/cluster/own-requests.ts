import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { type ControlPlane } from "../../test/cluster/control-plane/control-plane.ts";

/** A request to the API server that a replica made. */
export interface OwnRequest {
  /** `update secrets` */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const ACCOUNT = "system:serviceaccount:podpecker:podpecker";

const AuditEvent = z.object({
  auditID: z.string(),
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z.object({ resource: z.string() }).optional(),
  requestReceivedTimestamp: z.string(),
});

/** The requests of all replicas, which share an account, as the API server's audit log has them. */
export async function ownRequests({ directory }: ControlPlane): Promise<readonly OwnRequest[]> {
  // Of a hundred megabytes the API server makes a file of another name.
  const names = (await readdir(directory)).filter((name) => /^audit.*\.log$/.test(name));
  const found = new Map<string, OwnRequest>();
  for (const name of names) {
    for await (const { auditID, ...request } of requestsIn(join(directory, name)))
      // A watch has two lines, one for its beginning.
      found.set(auditID, request);
  }
  return [...found.values()];
}

async function* requestsIn(file: string): AsyncGenerator<OwnRequest & { readonly auditID: string }> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    // Most lines are long, and about Pods.
    const event = line.includes(ACCOUNT) ? AuditEvent.parse(JSON.parse(line)) : undefined;
    if (event?.user.username !== ACCOUNT) continue;
    const { auditID, verb, objectRef, requestReceivedTimestamp } = event;
    const what = `${verb} ${objectRef?.resource ?? "?"}`;
    yield { auditID, what, at: Date.parse(requestReceivedTimestamp) };
  }
}
