/** Equal values in a row from which a run-length run is shorter than bit-packing. */
const MIN_RUN = 64;

/** An upper bound of what `encodeHybrid` writes for `count` values. */
export function hybridBound(count: number, bitWidth: number): number {
  return Math.ceil(count / 8) * bitWidth + (Math.ceil(count / MIN_RUN) + 1) * 16;
}

/**
 * Writes `values[from, to)` in the RLE/bit-packed hybrid and returns the offset after them.
 *
 * @param bitWidth 1 to 16
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3
 */
export function encodeHybrid(values: Uint8Array | Uint16Array, from: number, to: number, bitWidth: number, out: Uint8Array, at: number): number {
  let packedFrom = from;
  let i = from;
  while (i < to) {
    const value = values[i]!;
    let end = i + 1;
    while (end < to && values[end] === value) end += 1;
    if (end - i >= MIN_RUN || (end === to && i === from)) {
      if (packedFrom < i) at = packRun(values, packedFrom, i, bitWidth, out, at);
      at = encodeRun(value, end - i, bitWidth, out, at);
      i = end;
      packedFrom = end;
    } else {
      // Packed runs hold whole groups of 8; only the last one of a page may be filled up.
      i = Math.min(packedFrom + ((end - packedFrom + 7) & ~7), to);
    }
  }
  return packedFrom < to ? packRun(values, packedFrom, to, bitWidth, out, at) : at;
}

/** Writes one run of `count` equal values, behind which another run or the end may follow. */
export function encodeRun(value: number, count: number, bitWidth: number, out: Uint8Array, at: number): number {
  at = writeVarint(count * 2, out, at);
  out[at++] = value & 255;
  if (bitWidth > 8) out[at++] = value >>> 8;
  return at;
}

function packRun(values: Uint8Array | Uint16Array, from: number, to: number, bitWidth: number, out: Uint8Array, at: number): number {
  const groups = (to - from + 7) >> 3;
  at = writeVarint(groups * 2 + 1, out, at);
  const end = at + groups * bitWidth;
  let pending = 0;
  let bits = 0;
  for (let i = from; i < to; i++) {
    pending |= values[i]! << bits;
    bits += bitWidth;
    while (bits >= 8) {
      out[at++] = pending & 255;
      pending >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) out[at++] = pending & 255;
  while (at < end) out[at++] = 0;
  return at;
}

function writeVarint(value: number, out: Uint8Array, at: number): number {
  while (value > 127) {
    out[at++] = (value & 127) | 128;
    value >>>= 7;
  }
  out[at++] = value;
  return at;
}
