/** Which ConfigMaps are law for the whole cluster. */
export interface ClusterTier {
  /** Podpecker's own namespace. */
  readonly namespace: string;
  /** Single ConfigMaps elsewhere, `namespace/name`, such as the agent's own. */
  readonly promoted: readonly string[];
}

/** Whether a ConfigMap would be law for the whole cluster. Who may write any in a namespace of steps would write the law: such a one counts only where it is named. */
export function isOfClusterTier(namespace: string, name: string, tier: ClusterTier): boolean {
  return namespace === tier.namespace || tier.promoted.includes(`${namespace}/${name}`);
}
