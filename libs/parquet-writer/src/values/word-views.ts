/** The same bytes at an address that a view of 4- or 8-byte words can start at; copied only where they do not lie so. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

export function int32View(bytes: Uint8Array): Int32Array {
  const at = aligned(bytes);
  return new Int32Array(at.buffer, at.byteOffset, at.byteLength >> 2);
}

export function float32View(bytes: Uint8Array): Float32Array {
  const at = aligned(bytes);
  return new Float32Array(at.buffer, at.byteOffset, at.byteLength >> 2);
}

export function float64View(bytes: Uint8Array): Float64Array {
  const at = aligned(bytes);
  return new Float64Array(at.buffer, at.byteOffset, at.byteLength >> 3);
}

/** For words at any place. */
export function wordsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
