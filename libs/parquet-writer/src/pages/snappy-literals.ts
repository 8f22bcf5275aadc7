/** The reference implementation compresses, and so ends its literals, in blocks of this size. */
const BLOCK_BYTES = 65_536;
/** Tags of a literal whose length, less one, stands in the byte or the two bytes behind it; a shorter length stands in the tag. */
const LENGTH_OF_1 = 60;
const LENGTH_OF_2 = 61;
const MOST_TAG_BYTES = 3;

/**
 * Bytes as a Snappy stream that compresses nothing, at the price of a copy: what the reference implementation makes of random bytes.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function snappyLiterals(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head = lengthBytes(length);
  const stream = new Uint8Array(head.length + length + Math.floor(length / BLOCK_BYTES) * MOST_TAG_BYTES + literalTag(length % BLOCK_BYTES).length);
  stream.set(head);
  let to = head.length;
  for (let from = 0; from < length; from += BLOCK_BYTES) {
    const block = bytes.subarray(from, from + BLOCK_BYTES);
    const tag = literalTag(block.length);
    stream.set(tag, to);
    stream.set(block, to + tag.length);
    to += tag.length + block.length;
  }
  return stream;
}

/** Seven bits in each byte, the lowest first. */
function lengthBytes(length: number): readonly number[] {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

function literalTag(length: number): readonly number[] {
  const lengthLessOne = length - 1;
  if (length === 0) return [];
  if (lengthLessOne < LENGTH_OF_1) return [lengthLessOne << 2];
  return lengthLessOne < 256 ? [LENGTH_OF_1 << 2, lengthLessOne] : [LENGTH_OF_2 << 2, lengthLessOne & 255, lengthLessOne >> 8];
}
