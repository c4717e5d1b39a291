import { type ControlPlane } from "./control-plane.ts";
import { type Ran, runProgram, type Surroundings } from "./run-program.ts";

/** Runs kubectl as the admin, unless the words say otherwise (`--as`, `--token`). */
export const kubectl = (
  { directory, kubeconfig }: ControlPlane,
  words: readonly string[],
  surroundings?: Surroundings,
): Promise<Ran> => runProgram("kubectl", directory, ["--kubeconfig", kubeconfig, ...words], surroundings);

/** Creates or changes the objects as `kubectl apply` does.
 * @throws {Error} with what kubectl says, where it fails
 */
export async function apply(plane: ControlPlane, ...objects: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const { code, stderr } = await kubectl(plane, ["apply", "-f", "-"], { input });
  if (code !== 0) throw new Error(stderr);
}
