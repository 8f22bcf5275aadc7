/** A string as SQL that no sql_mode and no character set reads otherwise. https://dev.mysql.com/doc/refman/8.4/en/hexadecimal-literals.html */
export function textLiteral(text: string): string {
  return `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`;
}

/** A name in back-ticks, which double inside whatever the sql_mode. https://dev.mysql.com/doc/refman/8.4/en/identifiers.html */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
