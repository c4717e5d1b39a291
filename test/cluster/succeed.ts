import { type ControlPlane } from "./control-plane/control-plane.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { type Ran, type Surroundings } from "./control-plane/run-program.ts";

/** Runs kubectl as the admin.
 * @throws {Error} with what it says, where it fails
 */
export async function succeed(
  plane: ControlPlane,
  words: readonly string[],
  surroundings?: Surroundings,
): Promise<Ran> {
  const ran = await kubectl(plane, words, surroundings);
  if (ran.code !== 0) throw new Error(`kubectl ${words.join(" ")}: ${ran.stderr}`);
  return ran;
}
