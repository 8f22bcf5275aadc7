/**
 * Orders texts by their UTF-8 bytes, as S3 lists keys. JavaScript compares UTF-16 units,
 * which puts characters above U+FFFF before U+E000…U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** The first index for which `before` no longer holds; `before` holds for a leading part of `keys` only. */
export function lowerBound(keys: readonly string[], before: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(keys[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
