/** Reads at once; enough to hide the latency of a store without crowding it. */
const CONCURRENCY = 8;

/** The results of reading every item, in the order of the items; the first error ends it. */
export async function readInOrder<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await read(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
  return results;
}
