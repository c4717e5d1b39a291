// `npm run soak` tries the laws with a million cases.
const FACTOR = Number(process.env["PODPECKER_LAW_FACTOR"] ?? "1");

/** How many cases a law is tried with, by how many are usual. */
export const runs = (usual: number): number => Math.ceil(usual * FACTOR);
