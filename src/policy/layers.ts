import { matchesAnyGlob } from "../kubernetes/glob.ts";
import { type Policy } from "./policy.ts";

/** The policies that have a say about a Pod, by what they may do; each list in ascending priority. */
export interface Layers {
  /** Of the cluster: what they say together is the law. */
  readonly base: readonly Policy[];
  /** Of the Pod's namespace: they narrow it, and may want what a step could have. */
  readonly namespace: readonly Policy[];
  /** Those that match but for `users`, where nobody knows who creates the Pod: they narrow, and want nothing. */
  readonly unsure: readonly Policy[];
}

/** All layers, those that count more behind those that count less. */
export const allLayers = ({ base, unsure, namespace }: Layers): readonly Policy[] => [
  ...base,
  ...unsure,
  ...namespace,
];

/** Whether the policy is one of a namespace, which narrows what the cluster's policies say. */
export const isOfNamespace = ({ namespace }: Policy): boolean => namespace !== undefined;

/** Whether it is a policy of the cluster that may be for Pods of the namespace, whatever else it matches on. */
export function isForPodsOf(namespace: string, policy: Policy): boolean {
  return !isOfNamespace(policy) && matchesAnyGlob(policy.document.match?.namespaces ?? ["*"], namespace);
}
