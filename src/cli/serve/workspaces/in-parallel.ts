/** Does something for each item, so many at a time. Rejects when one does, once the others that had begun are done. */
export async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  perform: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) await perform(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
