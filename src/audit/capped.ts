/** The first few of many different texts, and whether there were more. */
export interface Capped {
  readonly add: (text: string) => void;
  readonly first: () => string[];
  readonly hasMore: () => boolean;
}

/** Keeps as many. */
export function createCapped(max: number): Capped {
  const kept = new Set<string>();
  let hasMore = false;
  return {
    add: (text) => {
      if (kept.has(text)) return;
      if (kept.size < max) kept.add(text);
      else hasMore = true;
    },
    first: () => [...kept],
    hasMore: () => hasMore,
  };
}
