/** Bytes behind the last one that `copyWords` may read and write. */
export const COPY_SLACK = 7;

/**
 * Copies `length` bytes and up to `COPY_SLACK` behind them, eight at once. Compiled, a 64-bit integer goes from view to view without becoming an
 * object: for the texts of usual tables that was measured at half of four bytes at once, and a native copy costs as much as 200 bytes of it.
 */
export function copyWords(source: DataView, from: number, target: DataView, to: number, length: number): void {
  for (const end = from + length; from < end; from += 8, to += 8) target.setBigUint64(to, source.getBigUint64(from, true), true);
}
