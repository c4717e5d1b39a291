import { readToken } from "../../adapters/files/read-token.ts";
import { type Answer } from "../../admission/answer.ts";
import { createTrail, type Trail } from "../../audit/trail.ts";
import { trailEntry, type TrailOccasion } from "../../audit/trail-entry.ts";
import { mendable } from "../mendable.ts";
import { type Clock } from "./clock.ts";

/** The trail of a server: what goes into it, and who may read it. */
export interface AuditTrail {
  readonly follow: ({ reviewed }: Pick<Answer, "reviewed">, occasion: TrailOccasion) => void;
  readonly read: Trail["read"];
  /** Absent where there is no token; reads it anew, and gives nothing where it is none. */
  readonly readToken: (() => Promise<string | undefined>) | undefined;
}

/** Makes an empty trail that those may read who have the token in the file, if there is one. `onProblem` hears once of a
 * file that turned bad.
 * @throws {FileError} when the file holds no token
 */
export async function startTrail(
  tokenFile: string | undefined,
  { clock, onProblem }: { readonly clock: Clock; readonly onProblem: (problem: string) => void },
): Promise<AuditTrail> {
  const trail = createTrail();
  if (tokenFile !== undefined) await readToken(tokenFile);
  return {
    follow: ({ reviewed }, occasion) => {
      if (reviewed === undefined) return;
      const entry = trailEntry(reviewed, { now: clock.now(), occasion });
      if (entry !== undefined) trail.add(entry);
    },
    read: trail.read,
    readToken: tokenFile === undefined ? undefined : createTokenReader(tokenFile, onProblem),
  };
}

/** Whoever replaced the token expects the new one to hold; while there is none, nobody has it. */
function createTokenReader(
  file: string,
  onProblem: (problem: string) => void,
): () => Promise<string | undefined> {
  // Anybody on the network may call, as often as they like.
  let isTold = false;
  return async () => {
    try {
      const token = await readToken(file);
      isTold = false;
      return token;
    } catch (error) {
      const sentences = mendable(error);
      if (sentences === undefined) throw error;
      if (!isTold) onProblem(sentences.join("; "));
      isTold = true;
      return undefined;
    }
  };
}
