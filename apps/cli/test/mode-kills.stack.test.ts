import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CrashStack, PAST_THE_LAG_MS } from './crash-stack.ts';
import { stopAfter } from './stop-statement.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/** After which statements of a load a run is killed: a fourth of them, all with TIDEMARK_EVERY_FAULT. */
const STRIDE = process.env['TIDEMARK_EVERY_FAULT'] === undefined ? 4 : 1;
/** No load has more statements. */
const MOST_STATEMENTS = 60;

const INCREMENTS = 'lookback: 0, late_commits: accept';
const TABLES = {
  appended: { settings: `{ load_mode: append, ${INCREMENTS} }`, keeps: 'versions', fewest: 4 },
  replaced: { settings: '{ cdc_strategy: full_sync, load_mode: replace }', keeps: 'rows', fewest: 6 },
  renamed: { settings: '{ cdc_strategy: full_sync, load_mode: replace, swap: rename }', keeps: 'rows', fewest: 6 },
  chained: { settings: `{ load_mode: scd2, ${INCREMENTS} }`, keeps: 'versions', fewest: 10 },
} as const;
type Table = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as Table[];

let stack: CrashStack;
beforeAll(async () => {
  stack = await CrashStack.start(NAMES, Object.fromEntries(NAMES.map((table) => [table, TABLES[table].settings])));
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

/** A run that is killed after a statement of its load; what the statement was, null when the load has fewer. */
async function killedAfter(table: Table, nth: number): Promise<string | null> {
  const stop = stopAfter(stack.servers.redshift.hooks, table, nth);
  const run = stack.startSync(table);
  if (await Promise.race([stop.reached.then(() => true), run.ended.then(() => false)])) {
    run.signal('SIGKILL');
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
  }
  stop.goOn();
  return stop.statement();
}

describe.concurrent('I1-I3: a run that is killed after any statement of its load', () => {
  test.each(NAMES)('leaves a table that the next run makes whole: %s', async (table) => {
    const { keeps, fewest } = TABLES[table];
    const versions = new Set<string>();
    const statements: string[] = [];
    for (let nth = 0; nth < MOST_STATEMENTS; nth += STRIDE) {
      await stack.write(table, 1 + (nth % 4), 8, `round ${nth}`);
      await sleep(PAST_THE_LAG_MS);
      const statement = await killedAfter(table, nth);
      await stack.syncToSuccess(table);
      const source = await stack.sourceRows(table);
      for (const row of source) versions.add(row);
      expect((await stack.targetRows(table)).toSorted(), statement ?? 'a load without a fault').toEqual(keeps === 'rows' ? source.toSorted() : [...versions].toSorted());
      if (table === 'chained') {
        const current = await stack.target.rows('SELECT id, state, is_current, valid_to FROM reporting.chained WHERE is_current OR valid_to IS NULL ORDER BY id');
        expect(current.map(({ id, state, is_current: isCurrent, valid_to: to }) => [id, state, isCurrent, to])).toEqual(source.map((row) => [...row.split('|').slice(0, 2), 't', null]));
      }
      if (statement === null) break;
      statements.push(statement);
    }
    expect(statements.length).toBeGreaterThanOrEqual(Math.floor(fewest / STRIDE));
    const seqs = (await stack.ledger(table)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });
});
