/** Orders two byte strings byte by byte; a beginning of the other comes first. */
export function compareByteText(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  return a.compare(b, bStart, bEnd, aStart, aEnd);
}
