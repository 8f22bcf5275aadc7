import type { SourceTable, StagedColumn, TableKeys } from '@tidemark/domain';
import { targetType } from '../sql/redshift-type-sql.ts';
import { mayBeKey } from './key-columns.ts';

/** Below this a table is small enough to stand on every node; Redshift does that by itself under AUTO. */
const SMALL_ROWS = 100_000;
/** A dimension up to this size is cheaper to copy to every node than to redistribute at each join. */
const MAX_COPIED_ROWS = 3_000_000;
const MAX_COPIED_BYTES = 2_000_000_000;
/** With fewer different values some slices would get no rows, or most of them. */
const MIN_DISTINCT_VALUES = 10_000;
/** Text that is wider sorts by its first bytes only. */
const MAX_SORT_TEXT_BYTES = 256;

export interface ProposalFacts {
  readonly source: SourceTable;
  readonly columns: readonly StagedColumn[];
  /** Target names of the merge key. */
  readonly keys: readonly string[];
  /** Source name of the column by which increments are found; null when there is none. */
  readonly cursor: string | null;
  readonly tableType: 'fact' | 'dimension' | null;
}

/** Keys that would suit the table, with the reason for each part. */
export interface ProposedKeys {
  readonly keys: TableKeys;
  readonly reasons: readonly string[];
}

/** Proposes distribution and order from what the definition of a table tells about its use. */
export function proposeKeys(facts: ProposalFacts): ProposedKeys {
  const dist = proposeDistribution(facts);
  const sort = proposeOrder(facts);
  return { keys: { dist: dist.dist, sort: sort.sort, encodings: {} }, reasons: [dist.reason, sort.reason] };
}

function proposeDistribution(facts: ProposalFacts): { readonly dist: TableKeys['dist']; readonly reason: string } {
  const { source, keys, tableType } = facts;
  const rows = source.estimatedRows;
  const auto = (reason: string) => ({ dist: { style: 'AUTO' } as const, reason: `DISTSTYLE AUTO: ${reason}` });
  if (tableType === 'dimension' && rows <= MAX_COPIED_ROWS && (source.dataBytes ?? 0) <= MAX_COPIED_BYTES) {
    return { dist: { style: 'ALL' }, reason: `DISTSTYLE ALL: a dimension of about ${rows} rows; joins with it move no rows` };
  }
  if (tableType === null && rows < SMALL_ROWS) return auto(`about ${rows} rows are few, and Redshift copies a small table to every node by itself`);
  const joined = tableType === 'dimension' ? undefined : joinColumn(facts);
  if (joined !== undefined) return { dist: { style: 'KEY', column: joined.column.name }, reason: `DISTKEY ${joined.column.name}: the foreign key to ${joined.references}; rows that are joined stand on one slice` };
  const [key, second] = keys;
  const column = facts.columns.find(({ name }) => name === key);
  if (column !== undefined && second === undefined && mayBeKey(column)) return { dist: { style: 'KEY', column: column.name }, reason: `DISTKEY ${column.name}: the one column that identifies a row; each merge finds its rows on their own slice` };
  return auto(keys.length > 1 ? `the key has ${keys.length} columns, and no foreign key of one NOT NULL column with many values is there` : 'no column identifies a row, and no foreign key is there');
}

/** The foreign key of one column with the most different values; NULL and few values would pile rows up on one slice. */
function joinColumn({ source, columns }: ProposalFacts): { readonly column: StagedColumn; readonly references: string } | undefined {
  return (source.foreignKeys ?? [])
    .flatMap((foreignKey) => {
      const [name, second] = foreignKey.columns;
      const definition = source.columns.find((column) => column.name === name);
      const column = columns.find((staged) => staged.source === name);
      const distinct = Math.max(0, ...source.indexes.filter((index) => index.columns[0] === name).map((index) => index.distinctValues ?? 0));
      const suits = second === undefined && definition !== undefined && !definition.isNullable && column !== undefined && mayBeKey(column) && distinct >= MIN_DISTINCT_VALUES;
      return suits ? [{ column, references: foreignKey.references, distinct }] : [];
    })
    .toSorted((a, b) => b.distinct - a.distinct)[0];
}

function proposeOrder({ columns, keys, cursor, tableType }: ProposalFacts): { readonly sort: TableKeys['sort']; readonly reason: string } {
  const sortable = (column: StagedColumn | undefined): column is StagedColumn => {
    if (column === undefined || !mayBeKey(column)) return false;
    const type = targetType(column);
    return type.name !== 'VARCHAR' || type.bytes <= MAX_SORT_TEXT_BYTES;
  };
  const time = columns.find(({ source }) => source === cursor);
  const keyColumns = keys.map((key) => columns.find(({ name }) => name === key)).filter(sortable);
  const compound = (chosen: readonly StagedColumn[], why: string) => ({ sort: { type: 'compound', columns: chosen.map(({ name }) => name) } as const, reason: `COMPOUND SORTKEY ${chosen.map(({ name }) => name).join(', ')}: ${why}` });
  if (tableType !== 'dimension' && sortable(time)) return compound([time, ...keyColumns.filter((column) => column !== time)], 'reports and increments ask for ranges of time, and new rows come in its order');
  if (keyColumns.length > 0 && keyColumns.length === keys.length) return compound(keyColumns, 'rows are looked up and merged by their key');
  return { sort: { type: 'auto' }, reason: 'SORTKEY AUTO: no column of time and no short key orders the rows' };
}
