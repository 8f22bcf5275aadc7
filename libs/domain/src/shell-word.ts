/**
 * A word of a command that a person is told to type, so that a shell takes it as one word and as nothing else: names of
 * tables may hold quotes, semicolons and back-ticks. Names of the common kind stay as they are.
 */
export function shellWord(text: string): string {
  return /^[\p{L}\p{N}_.:@%+=,/-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
