import { type PolicySet } from "../../policy/policy-set.ts";
import { mendable } from "../mendable.ts";
import { type LoadedPolicies } from "../policy-sources.ts";

/** How policies are loaded, and what hears of each attempt. */
export interface PolicyLoading {
  readonly load: () => Promise<LoadedPolicies>;
  readonly onLoaded: (loaded: LoadedPolicies) => void;
  /** The new ones are bad, each problem a sentence; those in force stay. */
  readonly onKept: (problems: readonly string[]) => void;
}

/** The policies in force: replaced whole, or not at all. */
export interface PoliciesInForce {
  readonly current: () => PolicySet;
  /** Loads them again. Never throws for a bad policy. */
  readonly reload: () => Promise<void>;
}

/** Loads policies for the first time, when there are no good ones yet that could stay.
 * @throws {FileError | PolicyError} when they are bad
 */
export async function startPolicies(loading: PolicyLoading): Promise<PoliciesInForce> {
  const { load, onLoaded, onKept } = loading;
  let current: PolicySet;
  const renew = async (): Promise<void> => {
    const loaded = await load();
    current = loaded.policies;
    onLoaded(loaded);
  };
  const reload = async (): Promise<void> => {
    try {
      await renew();
    } catch (error) {
      const problems = mendable(error);
      if (problems === undefined) throw error;
      onKept(problems);
    }
  };
  await renew();
  return { current: () => current, reload };
}
