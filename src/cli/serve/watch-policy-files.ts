import { readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { type Watch, watchFiles } from "../../adapters/files/watch-files.ts";
import { PolicyError } from "../../policy/policy.ts";
import { readPolicies } from "../../policy/read-policies.ts";
import { mendable } from "../mendable.ts";
import { type PolicySources } from "../policy-sources.ts";
import { type PolicyWatching } from "./policy-watching.ts";

/** Puts the policies of files into the store, and again whenever those change; nothing to do where no file is named.
 * @throws {FileError | PolicyError} when they are bad at the start
 */
export async function watchPolicyFiles(
  { paths, tier }: PolicySources,
  { store, tellChanges, reports }: PolicyWatching,
): Promise<Watch | undefined> {
  if (paths.length === 0) return undefined;
  const load = async (): Promise<void> => {
    store.setFiles(readPolicies(await readPolicyFiles(paths), tier));
  };
  const starting = load();
  // Watched before they are read, so that no change falls between.
  const watch = watchFiles(
    paths,
    async () => {
      await starting.then(load).catch((error: unknown) => {
        keep(error, reports);
      });
      tellChanges();
    },
    {
      onDefect: (error) => {
        reports.defect({ error });
      },
    },
  );
  try {
    await starting;
    const [rejected] = store.current().rejected;
    if (rejected !== undefined) throw new PolicyError(rejected.problems);
  } catch (error) {
    watch.close();
    throw error;
  }
  tellChanges();
  return watch;
}

/** Files that cannot be read any more say nothing about their policies. */
function keep(error: unknown, { policiesKept }: PolicyWatching["reports"]): void {
  const problems = mendable(error);
  if (problems === undefined) throw error;
  policiesKept(problems);
}
