import type { Compress } from './snappy.ts';
import { snappyLiterals } from './snappy-literals.ts';

/** Pages that are left as they are after one that did not shrink by an eighth. */
const PAGES_LEFT = 15;
/** A smaller page says nothing of those behind it. */
const LEAST_BYTES = 4096;

/**
 * The Snappy of one column's pages. Where a page hardly shrinks, the next ones become literals, which cost a tenth of trying: hexadecimal digits
 * and decimals are Snappy's slowest input, for a gain of a tenth. Then a page is tried again.
 */
export function columnSnappy(compress: Compress): Compress {
  let left = 0;
  return (page) => {
    if (left > 0) {
      left -= 1;
      return snappyLiterals(page);
    }
    const compressed = compress(page);
    if (page.length >= LEAST_BYTES && compressed.length > page.length - (page.length >> 3)) left = PAGES_LEFT;
    return compressed;
  };
}
