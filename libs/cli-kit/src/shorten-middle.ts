import stringWidth from 'string-width';

const ELLIPSIS = '…';

/** The text in at most `width` columns of a terminal: its middle is left out, since the ends of names and keys tell them apart. */
export function shortenMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
  const room = Math.max(width - 1, 0);
  const head = taken(characters, Math.ceil(room / 2));
  const tail = taken(characters.toReversed(), room - stringWidth(head.join(''))).toReversed();
  return width < 1 ? '' : [...head, ELLIPSIS, ...tail].join('');
}

/** The characters at the front that fit into a width. */
function taken(characters: readonly string[], width: number): readonly string[] {
  let used = 0;
  const end = characters.findIndex((character) => (used += stringWidth(character)) > width);
  return end < 0 ? characters : characters.slice(0, end);
}
