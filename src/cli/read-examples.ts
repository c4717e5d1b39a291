import { readPolicyFiles } from "../adapters/files/read-policy-files.ts";
import { type Example } from "../admission/refused-examples.ts";
import { Pod } from "../kubernetes/pod.ts";
import { readManifests } from "./review/read-manifests.ts";

/** Reads examples of steps.
 * @throws {FileError | InputError} with everything that cannot be read or is no Pod
 */
export async function readExamples(paths: readonly string[]): Promise<Example[]> {
  const manifests = readManifests(await readPolicyFiles(paths), { namespace: "", user: undefined });
  return manifests.flatMap(({ title, subjects }) =>
    subjects.map(({ pod, namespace }) => ({ title, pod: Pod.parse(pod), namespace })),
  );
}
