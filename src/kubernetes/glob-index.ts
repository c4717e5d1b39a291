/** What is fixed about the texts that a pattern covers: all of it, how they begin, or how they end. */
export interface Handle {
  readonly part: "whole" | "start" | "end";
  readonly literal: string;
}

/** Items by what is fixed about their texts, so that a text finds them without a look at each. */
export interface GlobIndex<Item> {
  readonly file: (handle: Handle, item: Item) => void;
  /** Adds the items of all handles that fit the text: all whose pattern covers it, and some whose pattern does not. */
  readonly find: (text: string, found: Set<Item>) => void;
}

/** The handles of a pattern. It covers nothing that any of them does not fit. */
export function handlesOf(pattern: string): readonly [Handle, ...Handle[]] {
  const first = pattern.indexOf("*");
  if (first === -1) return [{ part: "whole", literal: pattern }];
  return [
    { part: "start", literal: pattern.slice(0, first) },
    { part: "end", literal: pattern.slice(pattern.lastIndexOf("*") + 1) },
  ];
}

/** Makes an empty index. */
export function createGlobIndex<Item>(): GlobIndex<Item> {
  const filed = {
    whole: new Map<string, Item[]>(),
    start: new Map<string, Item[]>(),
    end: new Map<string, Item[]>(),
  };
  // Of all that a text begins and ends with, only what has the length of a literal is looked up.
  const lengths = { whole: new Set<number>(), start: new Set<number>(), end: new Set<number>() };
  return {
    file: ({ part, literal }, item) => {
      const items = filed[part].get(literal);
      if (items === undefined) filed[part].set(literal, [item]);
      else items.push(item);
      lengths[part].add(literal.length);
    },
    find: (text, found) => {
      addAll(filed.whole.get(text), found);
      for (const length of lengths.start)
        if (length <= text.length) addAll(filed.start.get(text.slice(0, length)), found);
      for (const length of lengths.end)
        if (length <= text.length) addAll(filed.end.get(text.slice(text.length - length)), found);
    },
  };
}

function addAll<Item>(items: readonly Item[] | undefined, found: Set<Item>): void {
  for (const item of items ?? []) found.add(item);
}
