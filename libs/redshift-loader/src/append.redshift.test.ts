import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import { codeColumn, idColumn, noteColumn, updatedColumn } from '../test/staged-columns.ts';
import type { RedshiftTarget } from './index.ts';

const columns = [idColumn, noteColumn, updatedColumn];
const at = (second: number): string => `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;

let world: LoadWorld;
let loader: RedshiftTarget;
beforeAll(async () => {
  world = await loadWorld();
  loader = world.loader();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

async function ready(name: string, of = columns, frozen = {}): Promise<WorldTable> {
  const table = world.table(name, of, { mode: 'append', ...frozen });
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await loader.prepare({ target: table.target, columns: of, keys: [] });
  return table;
}

test('rows are added as they come, a changed row once more', async () => {
  const table = await ready('events');
  await loader.load(await table.request([await table.stage([[1n, 'a', at(1)], [2n, null, null]])], 1));
  const receipt = await loader.load(await table.request([await table.stage([[1n, 'b', at(2)]]), await table.stage([[1n, 'b', at(2)]])], 1));
  expect(receipt.batches).toMatchObject([{ rowsCopied: 1, rowsInserted: 0, rowsDeleted: 0 }, { rowsCopied: 1, rowsInserted: 2, rowsDeleted: 0 }]);
  expect(await table.rows()).toEqual(['1|a|2026-01-31 12:00:01', '1|b|2026-01-31 12:00:02', '1|b|2026-01-31 12:00:02', '2|NULL|NULL']);
});

test('P2: what is read once more adds only rows whose key and cursor are not there, whatever is missing or ends in blanks', async () => {
  const of = [codeColumn, noteColumn, updatedColumn];
  const table = await ready('reread', of, { keys: ['code'] });
  await loader.load(await table.request([await table.stage([['a', 'first', at(1)], ['b', 'no time', null], ['c', 'x', at(3)]])], 1));
  const again = await table.stage([['a', 'first', at(1)], ['a ', 'another key', at(1)], ['a', 'changed', at(2)], ['b', 'no time', null], ['b', 'has a time now', at(4)], ['c', 'late', at(2)], ['c', 'late', at(2)]], {}, { advances: false });
  expect((await loader.load(await table.request([again], 1))).batches[0]).toMatchObject({ rowsCopied: 7, rowsInserted: 4 });
  expect(await table.rows()).toEqual([
    'a |another key|2026-01-31 12:00:01', 'a|changed|2026-01-31 12:00:02', 'a|first|2026-01-31 12:00:01', 'b|has a time now|2026-01-31 12:00:04', 'b|no time|NULL', 'c|late|2026-01-31 12:00:02', 'c|x|2026-01-31 12:00:03',
  ]);
  expect((await loader.load(await table.request([await table.stage([['c', 'late', at(2)]], {}, { advances: false })], 1))).batches[0]).toMatchObject({ rowsInserted: 0 });
});

test('what is read once more needs a key that has a value', async () => {
  const unkeyed = await ready('unkeyed', columns, { keys: [] });
  await expect(loader.load(await unkeyed.request([await unkeyed.stage([[1n, 'a', at(1)]], {}, { advances: false })], 1))).rejects.toMatchObject({ code: 'LOADER_NO_KEY', exit: 10, remedy: expect.arrayContaining([expect.stringContaining('lookback: 0s')]) });
  const keyed = await ready('keyed');
  await expect(loader.load(await keyed.request([await keyed.stage([[null, 'a', at(1)]], {}, { advances: false })], 1))).rejects.toMatchObject({ code: 'LOADER_KEY_NULL', exit: 20 });
  await expect(loader.load(await keyed.request([await keyed.stage([[1n, 'a', at(1)], [2n, 'b', at(1)]]), await keyed.stage([[1n, 'c', at(1)]], {}, { advances: false })], 1))).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID' });
});

test('a statement of the table\'s own that Redshift refuses is named, with its place, and nothing of the load stays', async () => {
  const cases = [['pre_sql', 'SELECT * FROM nowhere', 'relation "nowhere" does not exist'], ['post_sql', 'SELECT 1 / 0', 'division by zero']] as const;
  for (const [place, sql, told] of cases) {
    const table = await ready(`own_${place}`, columns, { [place]: [sql] });
    const message = expect.stringContaining(`Redshift refused a statement of ${place} of ${table.target.schema}.own_${place}: ${told}`) as string;
    await expect(loader.load(await table.request([await table.stage([[1n, 'a', at(1)]])], 1))).rejects.toMatchObject({ code: 'LOADER_OWN_SQL_FAILED', exit: 15, message, details: { place, sql } });
    expect(await table.rows()).toEqual([]);
    expect(await table.ledgerSeqs()).toEqual([]);
  }
});
