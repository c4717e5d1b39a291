import { type ApiObject } from "../../adapters/cluster/api-object.ts";
import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { watchObject } from "../../adapters/cluster/watch-object.ts";
import { watchObjects } from "../../adapters/cluster/watch-objects.ts";
import { type ClusterTier } from "../../policy/cluster-tier.ts";
import { POLICY_LABEL } from "../../policy/config-map-object.ts";
import { type PolicyWatching } from "./policy-watching.ts";

/** A watch of the cluster's ConfigMaps. */
export interface ConfigMapWatch {
  /** Whether every one of them was read once. */
  readonly isSynced: () => boolean;
  readonly close: () => void;
}

const LABELLED = "";

/** Puts the ConfigMaps of a cluster into the store, now and whenever they change: those with the label wherever they
 * are, and single ones whatever their labels. */
export function watchConfigMaps(
  cluster: Cluster,
  { promoted }: ClusterTier,
  { store, tellChanges, reports }: PolicyWatching,
): ConfigMapWatch {
  const unread = new Set([LABELLED, ...promoted]);
  const observer = (source: string) => ({
    onSynced: () => {
      if (unread.delete(source) && unread.size === 0) reports.clusterRead(cluster.origin, store.current());
    },
    onProblem: reports.clusterProblem("configmaps"),
    onDefect: (error: unknown) => {
      reports.defect({ error });
    },
  });
  const labelled = watchObjects(
    cluster,
    { resource: resources.configMaps, labelSelector: `${POLICY_LABEL}=true` },
    {
      ...observer(LABELLED),
      onChange: (objects) => {
        // Those that are watched singly are not this watch's to speak of: it may be behind.
        store.replaceConfigMaps([...objects.values()], (name) => !promoted.includes(name));
        tellChanges();
      },
    },
  );
  const single = promoted.map((full) => {
    const [namespace = "", name = ""] = full.split("/");
    const onChange = (object: ApiObject | undefined): void => {
      if (object === undefined) store.removeConfigMap(full);
      else store.putConfigMap(object);
      if (object === undefined) reports.policyMissing(full);
      tellChanges();
    };
    const selection = { resource: resources.configMaps, namespace, name };
    return watchObject(cluster, selection, { ...observer(full), onChange });
  });
  return {
    isSynced: () => unread.size === 0,
    close: () => {
      for (const watch of [labelled, ...single]) watch.close();
    },
  };
}
