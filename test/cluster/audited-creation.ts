import { readFile } from "node:fs/promises";

import { z } from "zod";

import { type ControlPlane } from "./control-plane/control-plane.ts";

const AuditEvent = z.looseObject({
  verb: z.string(),
  objectRef: z.looseObject({
    resource: z.string().optional(),
    namespace: z.string().optional(),
    name: z.string().optional(),
    subresource: z.string().optional(),
  }),
  annotations: z.record(z.string(), z.string()).default({}),
});

/** What the API server's audit log has noted, under which keys, about the last creation of a Pod there.
 * @throws {Error} when it knows of none
 */
export async function auditedCreation(
  { auditLog }: ControlPlane,
  namespace: string,
): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(auditLog, "utf8")).trimEnd().split("\n");
  for (const line of lines.filter((one) => one.includes(`"${namespace}"`)).toReversed()) {
    const { verb, objectRef, annotations } = AuditEvent.parse(JSON.parse(line));
    const isPod = objectRef.resource === "pods" && objectRef.subresource === undefined;
    if (verb === "create" && isPod && objectRef.namespace === namespace) return annotations;
  }
  throw new Error(`the audit log knows of no Pod that was created in "${namespace}"`);
}
