const TWO_TO_32 = 4_294_967_296;

/** Stores a whole number of at most 53 bits as a little-endian 64-bit integer in two 32-bit words. */
export function storeSafeInteger(words: Int32Array, index: number, magnitude: number, isNegative: boolean): void {
  if (magnitude <= 0x7fffffff) {
    words[index << 1] = isNegative ? -magnitude : magnitude;
    words[(index << 1) + 1] = isNegative && magnitude > 0 ? -1 : 0;
    return;
  }
  const high = Math.floor(magnitude / TWO_TO_32);
  storeWords(words, index, (magnitude - high * TWO_TO_32) | 0, high | 0, isNegative);
}

/** Stores the 64 bits `high:low`, negated when asked. */
export function storeWords(words: Int32Array, index: number, low: number, high: number, isNegative: boolean): void {
  const at = index << 1;
  if (isNegative) {
    const negated = -low | 0;
    words[at] = negated;
    words[at + 1] = ~high + (negated === 0 ? 1 : 0);
  } else {
    words[at] = low;
    words[at + 1] = high;
  }
}
