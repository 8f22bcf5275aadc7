/**
 * Most bytes of UTF-8 that one character of a MySQL character set can become.
 * Single-byte sets reach 3: latin1 is cp1252, whose euro sign takes three.
 * https://dev.mysql.com/doc/refman/8.4/en/charset-charsets.html
 */
const UTF8_BYTES_PER_CHARACTER: Readonly<Record<string, number>> = {
  ascii: 1,
  utf8mb4: 4, utf16: 4, utf16le: 4, utf32: 4, gb18030: 4,
  utf8: 3, utf8mb3: 3, ucs2: 3, gbk: 3, gb2312: 3, big5: 3, sjis: 3, cp932: 3, ujis: 3, eucjpms: 3, euckr: 3,
  latin1: 3, latin2: 3, latin5: 3, latin7: 3, cp850: 3, cp852: 3, cp866: 3, cp1250: 3, cp1251: 3, cp1256: 3, cp1257: 3,
  dec8: 3, hp8: 3, swe7: 3, koi8r: 3, koi8u: 3, greek: 3, hebrew: 3, keybcs2: 3, macce: 3, macroman: 3, armscii8: 3, geostd8: 3, tis620: 3,
};

/** Most UTF-8 bytes of one character; 4 for a character set that is not known. */
export function utf8BytesPerCharacter(characterSet: string | null): number {
  return characterSet === null ? 4 : (UTF8_BYTES_PER_CHARACTER[characterSet.toLowerCase()] ?? 4);
}

/** True when a stored byte stays one byte of UTF-8: the column's size in bytes is its size in Redshift. */
export function isStoredAsUtf8(characterSet: string | null): boolean {
  return characterSet !== null && ['utf8', 'utf8mb3', 'utf8mb4', 'ascii'].includes(characterSet.toLowerCase());
}
