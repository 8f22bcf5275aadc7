/** Gives up the memory of a view that has it for itself, without waiting for the garbage collector. Nobody may look at it any more. */
export function giveUp({ buffer, byteLength }: ArrayBufferView): void {
  if (byteLength > 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
