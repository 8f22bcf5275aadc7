import type { RedshiftType, SourceColumn, StagedColumn } from '@tidemark/domain';
import { targetType } from '../sql/redshift-type-sql.ts';

/** A default that is the same for every row: a literal of Redshift, or null for NULL. */
export interface ConstantDefault {
  readonly literal: string | null;
}

/**
 * The text of a default as the server's catalogue has it. MariaDB writes an expression, with text between quotes and NULL by name;
 * MySQL writes the bare value and marks expressions in EXTRA. https://mariadb.com/kb/en/information-schema-columns-table/
 */
function defaultText({ defaultExpression: text, extra }: SourceColumn, isMariadb: boolean): string | null | undefined {
  if (/default_generated|generated|auto_increment/.test(extra)) return undefined;
  if (text === null) return null;
  if (!isMariadb) return text;
  if (text.toUpperCase() === 'NULL') return null;
  const quoted = /^'((?:[^']|'')*)'$/s.exec(text);
  if (quoted !== null) return quoted[1]!.replaceAll("''", "'");
  return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function literalOf(text: string, type: RedshiftType, { dataType }: SourceColumn): string | undefined {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  switch (type.name) {
    case 'SMALLINT': case 'INTEGER': case 'BIGINT':
      return /^-?\d+$/.test(text) ? text : undefined;
    case 'DECIMAL':
      return isNumber ? text : undefined;
    case 'DOUBLE PRECISION': case 'REAL':
      return isNumber ? `CAST(${text} AS ${type.name})` : undefined;
    case 'VARCHAR':
      if (!['varchar', 'char', 'enum'].includes(dataType) || text.includes('\0') || text.includes('\\') || new TextEncoder().encode(text).length > type.bytes) return undefined;
      return quoted(dataType === 'char' ? text.replace(/ +$/, '') : text);
    case 'DATE':
      return /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text) ? quoted(text) : undefined;
    case 'TIMESTAMP':
      // The catalogue shows a TIMESTAMP in the session's time zone and not the row's; a DATETIME has none.
      return dataType === 'datetime' && /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) \d\d:\d\d:\d\d(\.\d{1,6})?$/.test(text) ? quoted(text) : undefined;
    default:
      return undefined;
  }
}

/**
 * The constant that rows got when a column was added; undefined when the default is an expression, is not there although the column
 * is NOT NULL, or has no exact literal in Redshift.
 */
export function constantDefault(definition: SourceColumn, staged: StagedColumn, serverVersion: string): ConstantDefault | undefined {
  const isPlain = Object.keys(staged).every((field) => ['source', 'name', 'sourceType', 'select', 'decode', 'parquet', 'redshift', 'maxBytes', 'policies'].includes(field));
  const text = defaultText(definition, /mariadb/i.test(serverVersion));
  if (text === undefined) return undefined;
  if (text === null) return definition.isNullable ? { literal: null } : undefined;
  if (!isPlain) return undefined;
  const literal = literalOf(text, targetType(staged), definition);
  return literal === undefined ? undefined : { literal };
}
