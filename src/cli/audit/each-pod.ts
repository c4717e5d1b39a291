import { InputError } from "../input-error.ts";
import { createProgress } from "../progress.ts";
import { type PodSource, type Requested } from "./pod-source.ts";

/** Goes through all Pods of a source, one after the other, with a bar where it takes long.
 * @throws {InputError} where files hold none
 */
export async function eachPod(
  { requests, fraction }: PodSource,
  emptiness: string | undefined,
  look: (requested: Requested) => void,
): Promise<void> {
  const progress = createProgress("Pods");
  let isEmpty = true;
  try {
    for await (const requested of requests) {
      isEmpty = false;
      look(requested);
      await progress.step(fraction);
    }
  } finally {
    progress.end();
  }
  if (isEmpty && emptiness !== undefined) throw new InputError([emptiness]);
}
