import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { untilObject } from "./control-plane/until-object.ts";

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
  // Pods are refused until their account is there.
  await untilObject(plane, `/api/v1/namespaces/${name}/serviceaccounts/default`, () => true);
  return name;
}
