import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { loadedPolicies, type PolicySet } from "../../policy/policy-set.ts";
import { createPolicyStore, type PolicyStore } from "../../policy/policy-store.ts";
import { type Enforcement } from "../../policy/settle-modes.ts";
import { type PolicySources } from "../policy-sources.ts";
import { type Clock } from "./clock.ts";
import { newlyRejected } from "./newly-rejected.ts";
import { createPolicyEvents } from "./policy-events.ts";
import { followExpiry } from "./policy-expiry.ts";
import { type Reports } from "./reports.ts";
import { watchConfigMaps } from "./watch-config-maps.ts";
import { watchPolicyFiles } from "./watch-policy-files.ts";

/** The policies in force, of files and of a cluster, kept up to date. */
export interface PoliciesInForce {
  readonly current: () => PolicySet;
  /** Calls back after each change. */
  readonly follow: (onChange: () => void) => void;
  /** What is missing before Pods can be decided about, each a sentence; nothing when all is there. */
  readonly missing: () => readonly string[];
  /** What would be wrong with a ConfigMap beside the policies in force; nothing where it is no policy. */
  readonly check: PolicyStore["check"];
  /** The ConfigMap that a policy is. */
  readonly identify: PolicyStore["identify"];
  readonly close: () => void;
}

/** Where policies come from, and who hears of what becomes of them. */
export interface PolicyParts {
  readonly sources: PolicySources;
  readonly enforcement: Enforcement;
  /** Nothing where files are all there is. */
  readonly cluster: Cluster | undefined;
  readonly reports: Reports;
  readonly clock: Clock;
}

/** Reads the policies of files and begins to follow both files and cluster. The cluster need not be there yet.
 * @throws {FileError | PolicyError} when the files are bad: there are no good ones yet that could stay
 */
export async function startPolicies({
  sources,
  enforcement,
  cluster,
  reports,
  clock,
}: PolicyParts): Promise<PoliciesInForce> {
  const store = createPolicyStore(sources.tier, enforcement);
  const writeEvent =
    cluster === undefined ? undefined : createPolicyEvents(cluster, reports.clusterProblem("events"));
  const expiry = followExpiry(clock, reports);
  let told = store.current();
  const followers: (() => void)[] = [];
  const tellChanges = (): void => {
    const stored = store.current();
    if (stored === told) return;
    for (const rejection of newlyRejected(stored, told)) {
      reports.policyRejected(rejection);
      writeEvent?.(rejection);
    }
    reports.policiesChanged(stored, told);
    if (stored.policies !== told.policies) expiry.follow(loadedPolicies(stored.policies));
    told = stored;
    for (const onChange of followers) onChange();
  };
  const watched = { store, tellChanges, reports };
  const files = await watchPolicyFiles(sources, watched);
  const configMaps = cluster === undefined ? undefined : watchConfigMaps(cluster, sources.tier, watched);
  let wasReady = false;
  const missing = (): readonly string[] => {
    // Once it was ready it has good policies, which stay whatever is written: a bad one must not stop all replicas.
    if (wasReady) return [];
    const sentences = [
      ...(configMaps?.isSynced() === false ? ["the ConfigMaps of the cluster are not read yet"] : []),
      ...store.current().unready.map((source) => `${source} is bad, and no good policies came before it`),
    ];
    wasReady = sentences.length === 0;
    return sentences;
  };
  return {
    current: () => store.current().policies,
    follow: (onChange) => {
      followers.push(onChange);
    },
    missing,
    check: store.check,
    identify: store.identify,
    close: () => {
      files?.close();
      configMaps?.close();
      expiry.close();
    },
  };
}
