import { ALL_MYSQL_TYPES, type TypeCase } from '@tidemark/testkit';
import type { MysqlSession } from '@tidemark/local-stack';
import { numberText } from './cell-text.ts';
import { serverTexts, type ServerEncoding } from './server-text.ts';

/** How the server's text of a column becomes the text of the Parquet value. */
interface Rule {
  /** Types as the fixture declares them. */
  readonly types: RegExp;
  readonly encoding: ServerEncoding;
  readonly cell: (text: string) => string;
  /** What the server is asked for, when its text of the plain column is not the value. */
  readonly expression?: (column: string) => string;
}

const bitsOf = (bytes: string): bigint => BigInt(`0x${Buffer.from(bytes, 'latin1').toString('hex')}`);
const asStored = (text: string): string => text;

/** The first rule that fits is taken. */
const RULES: readonly Rule[] = [
  { types: /^(TINYINT|BOOL|SMALLINT|MEDIUMINT|INT|BIGINT|YEAR)/, encoding: 'utf8', cell: (text) => String(BigInt(text)) },
  { types: /^DECIMAL.*ZEROFILL/, encoding: 'utf8', cell: (text) => text.replace(/^0+(?=\d)/, '') },
  { types: /^DECIMAL/, encoding: 'utf8', cell: asStored },
  // The server rounds a FLOAT's text to six digits; as a DOUBLE it has all of them.
  { types: /^FLOAT/, encoding: 'utf8', cell: (text) => numberText(Math.fround(Number(text))), expression: (column) => `CAST(${column} AS DOUBLE)` },
  { types: /^DOUBLE/, encoding: 'utf8', cell: (text) => numberText(Number(text)) },
  { types: /^BIT\(1\)/, encoding: 'latin1', cell: (bytes) => String(bitsOf(bytes) === 1n) },
  { types: /^BIT/, encoding: 'latin1', cell: (bytes) => String(bitsOf(bytes)) },
  { types: /^(DATETIME|TIMESTAMP)/, encoding: 'utf8', cell: (text) => `${text}${text.includes('.') ? '' : '.'}`.padEnd(26, '0') },
  { types: /^(BINARY|VARBINARY|TINYBLOB|BLOB|MEDIUMBLOB|LONGBLOB)/, encoding: 'latin1', cell: (bytes) => Buffer.from(bytes, 'latin1').toString('hex').toUpperCase() },
  { types: /^(DATE|TIME|CHAR|VARCHAR|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT|ENUM|SET|JSON|UUID|INET4|INET6)/, encoding: 'utf8', cell: asStored },
];

function ruleOf({ column, ddl }: TypeCase): Rule {
  const rule = RULES.find(({ types }) => types.test(ddl));
  if (rule === undefined) throw new Error(`no rule for ${column} ${ddl}`);
  return rule;
}

/** Each column of the table of all types as its Parquet values must be, by row id. */
export async function expectedCells(source: MysqlSession, table: string): Promise<ReadonlyMap<string, ReadonlyMap<string, string | null>>> {
  const cells = new Map<string, ReadonlyMap<string, string | null>>();
  for (const encoding of ['utf8', 'latin1'] as const) {
    const types = ALL_MYSQL_TYPES.filter((type) => ruleOf(type).encoding === encoding);
    const rows = await serverTexts(source, ['id', ...types.map((type) => ruleOf(type).expression?.(type.column) ?? type.column)], `FROM ${table}`, encoding);
    for (const [index, type] of types.entries()) {
      cells.set(type.column, new Map(rows.map((row) => [row[0]!, toCell(ruleOf(type), row[index + 1]!)])));
    }
  }
  return cells;
}

const toCell = ({ cell }: Rule, text: string | null): string | null => (text === null ? null : cell(text));
