import type { Finding, PolicyName, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { declaredTextBytes } from './row-bytes.ts';
import { disguiseText } from './disguise-column.ts';
import { targetType } from './sql/redshift-type-sql.ts';
import type { FormedColumn } from './stage-column.ts';
import { MAX_VARCHAR_BYTES } from './staged-form.ts';
import { foldName } from './target-name.ts';

/** What a plan says about a table besides its columns. */
export interface FindingFacts {
  readonly source: SourceTable;
  readonly formed: readonly { readonly column: SourceColumn; readonly planned: FormedColumn }[];
  readonly keys: readonly SourceColumn[];
  /** Key and version columns whose configured value policies were replaced by `fail`. */
  readonly strictColumns: readonly SourceColumn[];
}

/** The policies of a column that may change a value, as the configuration and the counts of a run name them. */
function lossyChoices({ policies: { zeroDate, oversize, invalidUtf8, nulByte }, decode }: StagedColumn): readonly string[] {
  const chosen: readonly (readonly [PolicyName, string | undefined])[] = [
    ['zero_date', zeroDate], [decode === 'bytes' ? 'oversize_binary' : 'oversize_string', oversize], ['invalid_utf8', invalidUtf8], ['nul_byte', nulByte],
  ];
  return chosen.filter(([, action]) => action !== undefined && action !== 'fail' && action !== 'quarantine').map(([policy, action]) => `${policy}: ${action}`);
}

/** Columns that some policy may change, together where the choices are the same. */
function byChoices(columns: readonly StagedColumn[]): ReadonlyMap<string, readonly StagedColumn[]> {
  const groups = new Map<string, StagedColumn[]>();
  for (const column of columns) {
    const choices = lossyChoices(column).join(', ');
    if (choices !== '') groups.set(choices, [...(groups.get(choices) ?? []), column]);
  }
  return groups;
}

/** A collation under which 'a' and 'A' are one key. */
function ignoresCase(column: SourceColumn): boolean {
  return column.collation !== null && /_ci$/i.test(column.collation);
}

const listed = (columns: readonly { readonly name: string }[]): string => columns.map((column) => column.name).join(', ');

/** Every observation about a planned table, most severe first. */
export function planFindings({ source, formed, keys, strictColumns }: FindingFacts): readonly Finding[] {
  const table = `${source.schema}.${source.table}`;
  const findings: Finding[] = [];
  const add = (severity: Finding['severity'], code: string, message: string, ...remedy: string[]): void => void findings.push({ code, severity, message, remedy, table });

  if (keys.length === 0) {
    add('warning', 'DDL_NO_KEY', `${table} has no primary key and no merge key is named.`, 'Name the columns that identify a row in merge_keys.');
  }
  const nullable = keys.filter((column) => column.isNullable);
  if (nullable.length > 0) {
    add('warning', 'DDL_KEY_NULLABLE', `Key column ${listed(nullable)} of ${table} may be NULL; a NULL key stops the load.`, 'Choose key columns that are NOT NULL.');
  }
  for (const [choices, columns] of byChoices(formed.map(({ planned }) => planned.staged))) {
    const named = columns.map((column) => column.source).join(', ');
    add('warning', 'DDL_LOSSY_CHOICE', `${columns.length === 1 ? 'Column' : 'Columns'} ${named} of ${table} may be changed by ${choices}; every change is counted.`, 'Choose fail to stop instead.');
  }
  const overflowing = formed.filter(({ column, planned }) => planned.form.canOverflow(column));
  if (overflowing.length > 0) {
    add('info', 'DDL_MAY_OVERFLOW', `Column ${listed(overflowing.map(({ column }) => column))} of ${table} can hold values that its Redshift type cannot.`, 'Such a value fails unless a policy (oversize_string, oversize_binary, decimal_over_38) says otherwise.');
  }
  if (strictColumns.length > 0) {
    add('info', 'DDL_KEY_POLICY', `Column ${listed(strictColumns)} of ${table} keeps its values exactly, in a type that Redshift compares: policies that change values do not apply to key and version columns, since two keys could become one or an older row win.`);
  }
  const disguises = formed.flatMap(({ planned: { staged } }) => (staged.disguise === undefined ? [] : [`${staged.source} (${disguiseText(staged.disguise)})`]));
  if (disguises.length > 0) add('info', 'DDL_DISGUISED', `${disguises.length === 1 ? 'Column' : 'Columns'} ${disguises.join(', ')} of ${table} ${disguises.length === 1 ? 'does' : 'do'} not leave this process as at the source; NULL stays NULL.`);
  const parsed = formed.filter(({ planned: { staged } }) => targetType(staged).name === 'SUPER');
  if (parsed.length > 0) add('info', 'DDL_JSON_PARSED', `Column ${listed(parsed.map(({ column }) => column))} of ${table} is parsed into SUPER by the load: spelling and repeated members follow JSON_PARSE, and a number beyond 64 bits may be rounded.`, 'Choose json: varchar to keep the text.');
  const folding = keys.filter(ignoresCase);
  if (folding.length > 0) {
    add('info', 'DDL_KEY_CASE', `Key column ${listed(folding)} of ${table} ignores case in MySQL and not in Redshift: a key whose case changes becomes a new row.`, 'Choose a key that does not change.');
  }
  for (const { planned: { staged } } of formed) {
    if (staged.name !== foldName(staged.source)) add('info', 'DDL_COLUMN_RENAMED', `Column ${staged.source} of ${table} is named ${staged.name} in Redshift.`);
  }
  const width = declaredTextBytes(formed.map(({ planned }) => planned.staged));
  if (width > MAX_VARCHAR_BYTES) {
    add('info', 'DDL_WIDE_ROW', `The text columns of ${table} are ${width} bytes wide together; Redshift may refuse queries that process more than ${MAX_VARCHAR_BYTES} (error 8001).`, 'Exclude columns that are not needed.');
  }
  const rank = { error: 0, warning: 1, info: 2 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}
