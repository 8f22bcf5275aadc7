const PARAMETERS: Readonly<Record<string, string>> = { last_timestamp: ':last_timestamp', last_id: ':last_id', limit: ':limit' };
/** A quoted text or name, or a brace outside of them. */
const PIECES = /('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`)|\{(\w+)\}/gs;
const LIMIT_AT_END = /\s+LIMIT\s+:limit\s*$/i;

/** The columns by which a query is read on; null where none is named. */
export interface QueryCursor {
  readonly timestamp: string | null;
  readonly id: string | null;
}

/** A query whose `{braces}` are bound parameters. */
export interface ConvertedQuery {
  readonly text: string;
  /** Braces that have no counterpart, or stand inside a text. */
  readonly unknown: readonly string[];
  /** False where the query still has to be given a begin and an end. */
  readonly isBounded: boolean;
}

/**
 * `{last_timestamp}`, `{last_id}` and `{limit}` become parameters, the quotes around them go; `{table_name}` becomes the table.
 * The query had no end; it gets one, around it, by the columns that it is read by. One with a LIMIT of its own, which would cut rows away
 * unseen there, stays as it is.
 *
 * @param table `schema.table`
 */
export function convertQuery(query: string, table: string, cursor: QueryCursor): ConvertedQuery {
  const unknown: string[] = [];
  const name = table.split('.').map(quoted).join('.');
  const converted = (whole: string, parameter: string): string => {
    if (parameter === 'table_name') return name;
    if (Object.hasOwn(PARAMETERS, parameter)) return PARAMETERS[parameter]!;
    unknown.push(`{${parameter}}`);
    return whole;
  };
  const text = query.trim().replace(/;\s*$/, '').replace(PIECES, (piece: string, quoted: string | undefined, bare: string | undefined) => {
    if (bare !== undefined) return converted(piece, bare);
    const whole = /^.\{(\w+)\}.$/.exec(quoted!)?.[1];
    if (whole !== undefined) return converted(piece, whole);
    // In the middle of a text nothing is bound.
    unknown.push(...(quoted!.match(/\{\w+\}/g) ?? []));
    return piece;
  });
  const inner = text.replace(LIMIT_AT_END, '');
  const range = rangeOf(cursor);
  if (unknown.length > 0 || range === null || /\blimit\b/i.test(inner)) return { text, unknown, isBounded: false };
  return { text: `SELECT * FROM (\n${inner}\n) AS imported WHERE ${range}`, unknown, isBounded: true };
}

function rangeOf({ timestamp, id }: QueryCursor): string | null {
  if (timestamp !== null) return `${quoted(timestamp)} >= :last_timestamp AND ${quoted(timestamp)} < :until_timestamp`;
  return id === null ? null : `${quoted(id)} >= :last_id AND ${quoted(id)} <= :until_id`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
