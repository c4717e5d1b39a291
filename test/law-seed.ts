import fc from "fast-check";

// The same cases in every run: whether a commit is good depends on the commit alone. `npm run soak` draws new ones.
const seed = process.env["PODPECKER_LAW_SEED"] ?? "1";
if (seed !== "new") {
  if (!/^-?\d+$/.test(seed))
    throw new Error(`PODPECKER_LAW_SEED is "${seed}"; it must be a whole number, or new`);
  fc.configureGlobal({ seed: Number(seed) });
}
