import { cursorTypeOf, type IncrementalStrategy, type SnapshotStrategy, type Strategy } from '@tidemark/cdc-strategies';
import type { ResolvedReading, ResolvedTable } from '@tidemark/config';
import type { Finding, LoadMode, SourceColumn, SourceTable } from '@tidemark/domain';

/** The rules of a foreign key by which a change elsewhere changes a row. */
const CHANGES_ROWS: readonly string[] = ['CASCADE', 'SET NULL', 'SET DEFAULT'];

/** What is to be known about the way a table is read, before it is read. */
export function readingFindings(source: SourceTable, strategy: Strategy, { reading }: ResolvedTable, mode: LoadMode): Finding[] {
  const name = `${source.schema}.${source.table}`;
  const findings = strategy.kind === 'snapshot' ? snapshotFindings(strategy, name) : incrementFindings(source, strategy, reading, mode, name);
  if (source.primaryKey.length === 0) {
    findings.push({
      code: 'NO_PRIMARY_KEY', severity: 'warning', table: name,
      message: `${name} has no primary key: its first load is not read in pages, and rows that are alike cannot be told apart.`,
      remedy: ['Add a primary key to the table.'],
    });
  }
  return findings;
}

function snapshotFindings({ order, isResumable }: SnapshotStrategy, table: string): Finding[] {
  const [code, message, remedy] = isResumable
    ? ['SNAPSHOT_IN_PAGES', `Each page of ${table} is read in a snapshot of its own: what is written meanwhile is in some of the rows and not in others, and a row whose key changes may be missing or there twice.`, 'Leave out resumable where the table is to be of one moment.'] as const
    : ['SNAPSHOT_RESTARTS', `${table} is read in one snapshot that is held to the end${order.length === 0 ? ', by one query' : ''}: a run that breaks begins anew, and the server keeps old versions of rows until then.`, 'Set resumable: true for a table that is too large to be read at one go.'] as const;
  return [{ code, severity: 'info', table, message, remedy: [remedy] }];
}

function incrementFindings(source: SourceTable, strategy: IncrementalStrategy, reading: ResolvedReading, mode: LoadMode, table: string): Finding[] {
  const cursor = strategy.order[0]!;
  const findings: Finding[] = [];
  const hasIndex = source.indexes.some((index) => index.columns[0] === cursor.name);
  if (!hasIndex) {
    findings.push({
      code: 'CURSOR_NOT_INDEXED', severity: 'warning', table,
      message: `No index of ${table} begins with ${cursor.name}: each increment scans the table.`,
      remedy: [`Add an index on (${strategy.order.map((column) => column.name).join(', ')}).`],
    });
  }
  findings.push(...(strategy.versionColumns.length === 0 ? idFindings(cursor, table) : timeFindings(cursor, table)));
  findings.push(...cascadeFindings(source, strategy, table));
  if ('lateCommits' in reading && reading.lateCommits === 'accept') {
    findings.push({
      code: 'LATE_COMMITS_ACCEPTED', severity: 'warning', table,
      message: `Rows of ${table} whose transaction ends after a run has passed their ${cursor.name} are never read: late_commits is accept.`,
      remedy: ['Choose late_commits: lookback or guard.'],
    });
  }
  if (reading.strategy === 'id_only' && reading.lateCommits === 'lookback' && !isNumber(cursor)) {
    findings.push({
      code: 'LOOKBACK_NOT_POSSIBLE', severity: 'warning', table,
      message: `${cursor.name} is no number, so no window of ids below the watermark can be told: rows that are committed late are not read.`,
      remedy: ['Choose late_commits: guard.'],
    });
  }
  if (mode === 'merge') {
    findings.push({
      code: 'DELETES_NOT_SEEN', severity: 'info', table,
      message: 'Merge does not see deleted rows and changed keys.',
      remedy: ['Mark rows as deleted at the source instead of deleting them.'],
    });
  }
  return findings;
}

/**
 * Rows that the server changes because rows of another table change. Such a change sets no other column, ON UPDATE CURRENT_TIMESTAMP or not, and
 * fires no trigger. https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
 */
function cascadeFindings({ foreignKeys = [] }: SourceTable, strategy: IncrementalStrategy, table: string): Finding[] {
  const [timestamp] = strategy.versionColumns;
  return foreignKeys.flatMap(({ name, columns, references, onUpdate = '', onDelete = '' }): Finding[] => {
    const changes = [...(CHANGES_ROWS.includes(onUpdate) ? [`ON UPDATE ${onUpdate}`] : []), ...(CHANGES_ROWS.includes(onDelete) && onDelete !== 'CASCADE' ? [`ON DELETE ${onDelete}`] : [])];
    return [
      ...(changes.length === 0 || timestamp === undefined ? [] : [{
        code: 'CASCADE_NOT_SEEN', severity: 'warning', table,
        message: `The foreign key ${name} changes ${columns.join(', ')} with ${references} (${changes.join(', ')}), and does not touch ${timestamp}: such a change is not seen.`,
        remedy: [`Set ${timestamp} of the rows in the transaction that changes ${references}, or read them once more: tidemark sync backfill.`],
      } as const]),
      ...(onDelete !== 'CASCADE' ? [] : [{
        code: 'CASCADE_DELETES', severity: 'info', table,
        message: `The foreign key ${name} deletes rows with those of ${references} (ON DELETE CASCADE), which is not seen.`,
        remedy: [`Mark rows of ${references} as deleted instead of deleting them.`],
      } as const]),
    ];
  });
}

function timeFindings(timestamp: SourceColumn, table: string): Finding[] {
  const findings: Finding[] = [];
  if (!timestamp.extra.includes('on update current_timestamp')) {
    findings.push({
      code: 'CURSOR_NOT_TOUCHED', severity: 'info', table,
      message: `${timestamp.name} has no ON UPDATE CURRENT_TIMESTAMP: a change that does not set it is not seen.`,
      remedy: [`Make sure that every writer sets ${timestamp.name}.`],
    });
  }
  if (timestamp.isNullable) {
    findings.push({ code: 'CURSOR_NULLABLE', severity: 'warning', table, message: `${timestamp.name} may be NULL: such a row has no place in the read order.`, remedy: [`Make ${timestamp.name} NOT NULL.`] });
  }
  return findings;
}

function idFindings(id: SourceColumn, table: string): Finding[] {
  const findings: Finding[] = [
    { code: 'UPDATES_NOT_SEEN', severity: 'info', table, message: `${table} is read by ${id.name} alone: changes of rows that were read are not seen.`, remedy: ['Choose cdc_strategy: hybrid for a table whose rows change.'] },
  ];
  if (!id.extra.includes('auto_increment')) {
    findings.push({
      code: 'ID_NOT_GROWING', severity: 'warning', table,
      message: `${id.name} has no AUTO_INCREMENT: a row that gets a lower ${id.name} than the greatest one is not read.`,
      remedy: [`Make sure that every new row gets a greater ${id.name} than all before it.`],
    });
  }
  return findings;
}

function isNumber(column: SourceColumn): boolean {
  return ['integer', 'decimal'].includes(cursorTypeOf(column)?.literal ?? '');
}
