/** Gives up the memory of bytes that have it for themselves, without waiting for the garbage collector. Nobody may look at it any more. */
export function giveUp({ buffer, byteLength }: Uint8Array): void {
  if (byteLength > 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
