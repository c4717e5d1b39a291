import { type Watch, watchFiles } from "../../adapters/files/watch-files.ts";
import { loadPolicies, type PolicySources } from "../policy-sources.ts";
import { type PoliciesInForce, startPolicies } from "./policies-in-force.ts";
import { type Reports } from "./reports.ts";

/** Loads policies from files, and again whenever those change.
 * @throws {FileError | PolicyError} when they are bad at the start
 */
export async function watchPolicies(
  sources: PolicySources,
  { policiesLoaded, policiesKept, defect }: Reports,
): Promise<PoliciesInForce & { readonly watch: Watch }> {
  const starting = startPolicies({
    load: () => loadPolicies(sources),
    onLoaded: policiesLoaded,
    onKept: policiesKept,
  });
  // Watched before they are read, so that no change falls between.
  const watch = watchFiles(sources.paths, async () => (await starting).reload(), {
    onDefect: (error) => {
      defect({ error });
    },
  });
  return { ...(await starting), watch };
}
