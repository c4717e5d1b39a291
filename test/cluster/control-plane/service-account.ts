import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { call } from "./call.ts";
import { type ControlPlane } from "./control-plane.ts";
import { kubeconfigFor } from "./kubeconfig.ts";

const TokenRequest = z.object({ status: z.object({ token: z.string() }) });

/** A token of a ServiceAccount that is there, as a Pod of its would have one. */
export async function serviceAccountToken(
  plane: ControlPlane,
  namespace: string,
  name: string,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status, body } = await call(plane, "POST", path, { body: { spec: {} } });
  if (status !== 201) throw new Error(`no token for "${namespace}/${name}": ${JSON.stringify(body)}`);
  return TokenRequest.parse(body).status.token;
}

/** Writes a kubeconfig with which one is that ServiceAccount, and says where it is. */
export async function serviceAccountKubeconfig(
  plane: ControlPlane,
  namespace: string,
  name: string,
): Promise<string> {
  const { server, ca } = plane;
  const token = await serviceAccountToken(plane, namespace, name);
  const file = join(plane.directory, `kubeconfig-${namespace}-${name}`);
  await writeFile(file, kubeconfigFor({ server, ca, token }));
  return file;
}
