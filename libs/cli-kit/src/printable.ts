/** Text for a terminal: control characters are written out, but for line ends and tabs, so that a name or a message cannot move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, codePoint);
}

/** The same for one line: line ends are written out too. */
export function printableLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\t' ? ' ' : codePoint(character)));
}

function codePoint(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
