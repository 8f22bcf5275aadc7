const NOTHING = new DataView(new ArrayBuffer(0));

let viewed: Uint8Array | null = null;
let view: DataView = NOTHING;

/**
 * A view of a packet's memory that reads four bytes at once. Many packets share a chunk of the socket's, so the last view is kept,
 * and its memory with it until `forgetWire`.
 */
export function wordsOf(wire: Uint8Array): DataView {
  if (wire !== viewed) {
    viewed = wire;
    view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  }
  return view;
}

/** Lets go of the memory that was viewed last. */
export function forgetWire(): void {
  viewed = null;
  view = NOTHING;
}
