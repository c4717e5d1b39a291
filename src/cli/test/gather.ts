import { InputError } from "../input-error.ts";
import { mendable } from "../mendable.ts";

/** Reads one after the other and tells everything that is wrong, not the first; `lead` goes before each problem.
 * @throws {InputError} with the problems of all
 */
export async function gather<T>(reads: readonly (() => Promise<T>)[], lead = ""): Promise<T[]> {
  const problems: string[] = [];
  const found: T[] = [];
  for (const read of reads) {
    const attempt = await attemptTo(read);
    if ("value" in attempt) found.push(attempt.value);
    else problems.push(...attempt.problems.map((problem) => lead + problem));
  }
  // Several may have stumbled over the same file.
  if (problems.length > 0) throw new InputError([...new Set(problems)]);
  return found;
}

type Attempt<T> = { readonly value: T } | { readonly problems: readonly string[] };

async function attemptTo<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const problems = mendable(error);
    if (problems === undefined) throw error;
    return { problems };
  }
}
