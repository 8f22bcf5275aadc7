const MARK = /^=== ended with (\d+) ===$/m;

/** Stands after the output of a command that shares its process with others. */
export function endMark(exit: number): string {
  return `\n=== ended with ${exit} ===\n`;
}

/** The outputs before each mark, with the exit codes. */
export function splitAtMarks(text: string): readonly { readonly output: string; readonly exit: number }[] {
  const pieces = text.split(MARK);
  return Array.from({ length: (pieces.length - 1) / 2 }, (_, index) => ({ output: pieces[2 * index]!, exit: Number(pieces[2 * index + 1]) }));
}
