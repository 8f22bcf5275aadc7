import type { MysqlSession, PostgresSession } from '@tidemark/local-stack';
import { type TableComparison, compareTable } from './comparison/compare-table.ts';
import { LAG_SECONDS, PIPELINE, SOURCE_DATABASE, TARGET_SCHEMA, writePipeline } from './pipeline-config.ts';
import { SAMPLE_TABLES, type SampleSize, type SampleTableName, buildTables, prepareSourceSession, sampleSize } from './sample/build-source.ts';
import { changeSource, openLateOrder } from './sample/change-source.ts';
import type { DemoServers } from './servers/demo-servers.ts';
import { differencesText, summaryText } from './summary.ts';
import { type SyncReport, TidemarkProcess } from './tidemark-process.ts';

export interface DemoRun {
  readonly servers: DemoServers;
  readonly orderCount: number;
  /** Takes the processes that have to end before the servers. */
  readonly processes: AsyncDisposableStack;
  readonly write: (text: string) => void;
  /** Shows the progress of `tidemark` in this terminal. */
  readonly showProgress: boolean;
}

/**
 * Builds the sample source, syncs it, changes it, syncs again and compares all rows.
 *
 * @returns true when source and target have the same rows
 * @throws Error when a sync fails, or a situation that the demo is to show did not arise
 */
export async function runDemo({ servers, orderCount, processes, write, showProgress }: DemoRun): Promise<boolean> {
  const startedAt = performance.now();
  const say = narrator(write);
  await writePipeline(servers.configFolder);
  await using source = await prepareSourceSession(await servers.connectSource());
  await using late = await prepareSourceSession(await servers.connectSource());
  await using target = await servers.connectTarget();
  const size = sampleSize(orderCount);
  const sync = async (): Promise<SyncReport> => {
    write(`\n$ tidemark sync pipeline -p ${PIPELINE}\n`);
    const report = await processes.use(new TidemarkProcess(servers.configFolder, PIPELINE, showProgress)).report();
    write('\n');
    return report;
  };

  await Promise.all([buildTables(source, ['customers', 'orders', 'type_samples', 'policy_samples'], size), buildTables(late, ['order_items'], size)]);
  say(`sample source built: ${Object.entries(size).map(([table, rows]) => `${rows.toLocaleString('en-US')} ${table}`).join(', ')}`);
  const lateOrder = await openLateOrder(late, source, size, LAG_SECONDS);
  say(`order ${lateOrder.id} inserted in a transaction that stays open, newer orders committed`);

  const first = await sync();
  await requirePassed(target, lateOrder.id);
  say(`first sync done: it passed order ${lateOrder.id}, which it could not see`);

  await lateOrder.commit();
  const changes = await changeSource(source, size, LAG_SECONDS);
  say(`source changed: ${changes.inserted} rows inserted, ${changes.updated} updated, ${changes.withinOneSecond} of them within one second, order ${lateOrder.id} committed late`);

  const second = await sync();
  say('second sync done');
  const comparisons = await compareAll(source, target, size);
  say('all rows compared by the text of both servers');
  write('\n');
  write(summaryText([first, second], comparisons, SOURCE_DATABASE));
  write(differencesText(comparisons));
  const isEqual = comparisons.every((comparison) => comparison.isEqual);
  write(`\ndemo: ${isEqual ? 'source and target have the same rows' : 'source and target DIFFER'}; ${((performance.now() - startedAt) / 1000).toFixed(1)} s in all\n`);
  return isEqual;
}

async function compareAll(source: MysqlSession, target: PostgresSession, size: SampleSize): Promise<TableComparison[]> {
  const comparisons: TableComparison[] = [];
  for (const name of Object.keys(size) as SampleTableName[]) {
    comparisons.push(await compareTable(SAMPLE_TABLES[name], { source, target, targetSchema: TARGET_SCHEMA }));
  }
  return comparisons;
}

/** The late order shows something only if the first sync read newer orders and not the late one. */
async function requirePassed(target: PostgresSession, lateId: number): Promise<void> {
  const rows = await target.rows(`SELECT id FROM ${TARGET_SCHEMA}.orders WHERE id >= ${lateId}`);
  const ids = rows.map(({ id }) => Number(id));
  if (ids.length === 0 || ids.includes(lateId)) throw new Error(`The first sync was to read orders newer than ${lateId} and not this one; it read ${ids.join(', ') || 'none'}.`);
}

/** Writes a line with the seconds since the line before. */
function narrator(write: (text: string) => void): (line: string) => void {
  let last = performance.now();
  return (line) => {
    const now = performance.now();
    write(`demo: ${line} (${((now - last) / 1000).toFixed(1)} s)\n`);
    last = now;
  };
}
