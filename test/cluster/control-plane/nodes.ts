import { type ApiServer, call } from "./call.ts";
import { untilObject } from "./until-object.ts";

/** A machine that steps may run on. */
export interface NodeSpec {
  readonly name: string;
  readonly arch: "amd64" | "arm64";
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly resources?: Readonly<Record<string, string>>;
}

/** One for each architecture, and one with GPUs that only those may use who tolerate its taint. */
export const NODES = [
  { name: "amd64", arch: "amd64" },
  { name: "arm64", arch: "arm64" },
  {
    name: "gpu",
    arch: "amd64",
    taints: [{ key: "gpu-a100", value: "true", effect: "NoSchedule" }],
    resources: { "nvidia.com/gpu": "8" },
  },
] as const satisfies readonly NodeSpec[];

/** Adds Nodes, and waits until Pods can run there. */
export async function addNodes(api: ApiServer, nodes: readonly NodeSpec[]): Promise<void> {
  await Promise.all(nodes.map((node) => addNode(api, node)));
}

async function addNode(api: ApiServer, spec: NodeSpec): Promise<void> {
  const { status, body } = await call(api, "POST", "/api/v1/nodes", { body: nodeObject(spec) });
  if (status !== 201) throw new Error(`the Node "${spec.name}" is refused: ${JSON.stringify(body)}`);
  const expected = spec.taints?.length ?? 0;
  // The taints of a Node that is not ready yet are in the way of Pods.
  await untilObject(api, `/api/v1/nodes/${spec.name}`, (node) => {
    const taints = node.spec?.["taints"];
    return (Array.isArray(taints) ? taints.length : 0) === expected && isReady(node.status?.["conditions"]);
  });
}

const isReady = (conditions: unknown): boolean =>
  Array.isArray(conditions) &&
  conditions.some(
    (condition: Record<string, unknown>) => condition["type"] === "Ready" && condition["status"] === "True",
  );

function nodeObject({ name, arch, taints = [], resources = {} }: NodeSpec): object {
  const all = { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "500", ...resources };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/arch": arch, "kubernetes.io/os": "linux" },
    },
    spec: { taints },
    status: { capacity: all, allocatable: all, nodeInfo: { architecture: arch, operatingSystem: "linux" } },
  };
}
