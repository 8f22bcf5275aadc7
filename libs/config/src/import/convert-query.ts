const PARAMETERS: Readonly<Record<string, string>> = { last_timestamp: ':last_timestamp', last_id: ':last_id', limit: ':limit' };

/** A query whose `{braces}` are bound parameters; `unknown` names those that have no counterpart. */
export interface ConvertedQuery {
  readonly text: string;
  readonly unknown: readonly string[];
}

/**
 * `{last_timestamp}`, `{last_id}` and `{limit}` become parameters, the quotes around them go; `{table_name}` becomes the table.
 *
 * @param table `schema.table`
 */
export function convertQuery(query: string, table: string): ConvertedQuery {
  const unknown: string[] = [];
  const name = table.split('.').map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
  const text = query.replace(/(['"]?)\{(\w+)\}\1/g, (whole: string, _quote: string, parameter: string) => {
    if (parameter === 'table_name') return name;
    const converted = Object.hasOwn(PARAMETERS, parameter) ? PARAMETERS[parameter] : undefined;
    if (converted !== undefined) return converted;
    unknown.push(`{${parameter}}`);
    return whole;
  });
  return { text, unknown };
}
