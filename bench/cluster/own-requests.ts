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
    for await (const line of createInterface({ input: createReadStream(join(directory, name)) })) {
      if (!line.includes(ACCOUNT)) continue;
      const { auditID, verb, user, objectRef, requestReceivedTimestamp } = AuditEvent.parse(JSON.parse(line));
      if (user.username !== ACCOUNT) continue;
      // A watch has two lines, one for its beginning.
      found.set(auditID, {
        what: `${verb} ${objectRef?.resource ?? "?"}`,
        at: Date.parse(requestReceivedTimestamp),
      });
    }
  }
  return [...found.values()];
}
