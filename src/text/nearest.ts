import { distance } from "fastest-levenshtein";

/** The known name that a person most likely meant by `name`, or nothing where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, 64).toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, apart: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart);
  const best = ranked[0];
  // A third of the letters may differ: "limts" is "limits", "cpu" is not "gpus".
  return best !== undefined && best.apart <= Math.max(1, best.candidate.length / 3)
    ? best.candidate
    : undefined;
}
