import { TYPE_MAP, type TypeRule } from './type-map.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``);

function row(rule: TypeRule): string {
  const conditions = (rule.when ?? []).map((condition) => condition.words).join(', ');
  const source = `${cell(rule.label)}${conditions === '' ? '' : ` (${cell(conditions)})`}`;
  if (rule.form === null) return `| ${source} | | | | ${cell(rule.note)} |`;
  return `| ${source} | ${code(rule.form.select)} | ${cell(rule.form.parquetLabel)} | ${cell(rule.form.redshiftLabel)} | ${cell(rule.note)} |`;
}

/** The type map as a Markdown page. Rows stand in the order in which they are tried. */
export function renderTypeMap(): string {
  return [
    '# Types',
    '',
    'What becomes of each MySQL and MariaDB type: exact, or refused. Generated from `libs/ddl-optimizer/src/type-map.ts`.',
    '',
    'For a column the first row that fits is taken; the words in brackets must hold, `name: choice` being a choice under `types:`.',
    '`{c}` is the column. Widths of VARCHAR are bytes of UTF-8. Every column is optional in the Parquet file; in Redshift only keys are NOT NULL.',
    'A type that is not listed fails when planning (`DDL_TYPE_UNMAPPED`).',
    '',
    '| MySQL, MariaDB | read as | Parquet | Redshift | at the edges |',
    '|---|---|---|---|---|',
    ...TYPE_MAP.map(row),
    '',
  ].join('\n');
}
