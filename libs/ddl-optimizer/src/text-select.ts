/**
 * Character sets whose every code has a character in Unicode. In any other the server turns a code that has none into `?`
 * or U+FFFD when it sends a result, and says nothing; type-map.mysql.test.ts asks the server about each.
 * https://dev.mysql.com/doc/refman/8.4/en/charset-charsets.html
 */
const WHOLLY_IN_UNICODE: ReadonlySet<string> = new Set([
  'utf8', 'utf8mb3', 'utf8mb4', 'utf16', 'utf16le', 'utf32', 'ucs2', 'gb18030',
  'latin1', 'latin2', 'latin5', 'latin7', 'cp850', 'cp852', 'cp866', 'koi8r', 'koi8u', 'keybcs2', 'macce', 'macroman', 'armscii8',
]);

const UTF8 = 'CONVERT({c} USING utf8mb4)';
const UTF8_BYTES = `CAST(${UTF8} AS BINARY)`;
/** The characters that the server did not put there itself. */
const KEPT = `REPLACE(REPLACE(${UTF8}, '?', ''), _utf8mb4 X'EFBFBD', '')`;
/**
 * UTF-8, and a byte behind it that is none when the conversion lost something: such a text falls under the policy invalid_utf8.
 * A function whose result is longer than max_allowed_packet gives NULL: the text itself is sent then, which ends the query.
 */
const MARKED = `IF(CHAR_LENGTH(${KEPT}) <> CHAR_LENGTH(REPLACE({c}, '?', '')), IFNULL(CONCAT(${UTF8_BYTES}, X'FF'), ${UTF8_BYTES}), ${UTF8_BYTES})`;

/** Reads a text so that no character is lost unseen; `{c}` stands for the quoted column. */
export function textSelect(characterSet: string | null): string {
  const set = characterSet?.toLowerCase() ?? 'utf8mb4';
  if (WHOLLY_IN_UNICODE.has(set)) return '{c}';
  // MariaDB stores bytes above 127 in it; as they are, they are UTF-8 or are refused.
  return set === 'ascii' ? 'CAST({c} AS BINARY)' : MARKED;
}
