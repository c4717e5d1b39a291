/** Makes the function that says whether one more may pass: at most so many a minute, as many at once after a pause. */
export function createTokenBucket(perMinute: number, now: () => number): () => boolean {
  let tokens = perMinute;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(perMinute, tokens + ((at - filledAt) / 60_000) * perMinute);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
