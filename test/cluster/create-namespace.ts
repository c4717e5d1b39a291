import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";

/** Labels and annotations of a namespace. */
export interface NamespaceMarks {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const Created = z.object({ metadata: z.object({ name: z.string() }) });

/** Makes a namespace in which Pods can be created, and says its name. */
export async function createNamespace(plane: ControlPlane, marks: NamespaceMarks = {}): Promise<string> {
  const { body } = await call(plane, "POST", "/api/v1/namespaces", {
    body: { metadata: { generateName: "steps-", ...marks } },
  });
  const { name } = Created.parse(body).metadata;
  // Pods are refused until their account is there. Whoever is quicker makes it, this or the controller manager.
  await call(plane, "POST", `/api/v1/namespaces/${name}/serviceaccounts`, {
    body: { metadata: { name: "default" } },
  });
  return name;
}
