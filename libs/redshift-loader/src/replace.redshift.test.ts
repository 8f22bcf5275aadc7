import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import type { CellValue } from '../test/column-batch.ts';
import { detailsColumn, idColumn, noteColumn, updatedColumn } from '../test/staged-columns.ts';
import type { RedshiftTarget } from './index.ts';

const columns = [idColumn, noteColumn, updatedColumn];
const at = (second: number): string => `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;
const [first, second, third] = ['01JAAAAAAAAAAAAAAAAAAAAAAA', '01JBBBBBBBBBBBBBBBBBBBBBBB', '01JCCCCCCCCCCCCCCCCCCCCCCC'] as const;
type Rows = readonly (readonly CellValue[])[];

describe.each(['serializable', 'snapshot'] as const)('replace under %s isolation', (isolation) => {
  let world: LoadWorld;
  let loader: RedshiftTarget;
  beforeAll(async () => {
    world = await loadWorld({ isolation });
    loader = world.loader();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  async function ready(name: string, frozen = {}, of = columns): Promise<WorldTable> {
    const table = world.table(name, of, { mode: 'replace', version_columns: [], ...frozen });
    await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
    await loader.prepare({ target: table.target, columns: of, keys: ['id'] });
    return table;
  }
  const load = async (table: WorldTable, rows: Rows, id: string, final = false, fields = {}) =>
    loader.load(await table.request([await table.stage(rows, {}, { snapshot: { id, final }, ...fields })], 1));
  const shadows = async (name: string): Promise<number> =>
    (await world.redshift.rows(`SELECT relname FROM pg_class WHERE relname LIKE '${name}\\\\_\\\\_new%' AND relkind = 'r'`)).length;

  test('batches fill a shadow table, and the last one takes the place of the target', async () => {
    const table = await ready('orders');
    expect(await load(table, [[1n, 'a', at(1)], [2n, 'b', at(1)]], first)).toMatchObject({ snapshot: 'filled', batches: [{ rowsCopied: 2, rowsInserted: 0 }] });
    expect([await table.rows(), await shadows('orders')]).toEqual([[], 1]);
    expect(await load(table, [[3n, 'c', at(1)]], first, true)).toMatchObject({ snapshot: 'swapped', batches: [{ rowsCopied: 1, rowsInserted: 3, rowsDeleted: 0 }] });
    expect(await table.rows()).toEqual(['1|a|2026-01-31 12:00:01', '2|b|2026-01-31 12:00:01', '3|c|2026-01-31 12:00:01']);
    expect(await load(table, [[2n, 'b2', at(2)]], second)).toMatchObject({ snapshot: 'filled' });
    expect(await table.rows()).toHaveLength(3);
    expect(await load(table, [], second, true)).toMatchObject({ snapshot: 'swapped', batches: [{ rowsCopied: 0, rowsInserted: 1, rowsDeleted: 3 }] });
    expect([await table.rows(), await shadows('orders'), await table.ledgerSeqs()]).toEqual([['2|b2|2026-01-31 12:00:02'], 0, [1, 2, 3, 4]]);
  });

  test('a set in one group, and a set without rows', async () => {
    const table = await ready('small');
    const group = [await table.stage([[1n, 'a', at(1)]], {}, { snapshot: { id: first, final: false } }), await table.stage([[2n, 'b', at(1)]], {}, { snapshot: { id: first, final: true } })];
    expect(await loader.load(await table.request(group, 1))).toMatchObject({ snapshot: 'swapped', batches: [{ rowsCopied: 1 }, { rowsCopied: 1, rowsInserted: 2 }] });
    expect(await load(table, [], second, true)).toMatchObject({ snapshot: 'swapped', batches: [{ rowsInserted: 0, rowsDeleted: 2 }] });
    expect([await table.rows(), await shadows('small')]).toEqual([[], 0]);
  });

  test('a newer set supersedes an unfinished one: recorded, not read, never swapped in, its shadow swept', async () => {
    const table = await ready('superseded');
    await load(table, [[1n, 'old', at(1)]], first, true);
    await load(table, [[2n, 'unfinished', at(1)]], second);
    const given = await table.request([await table.stage([[3n, 'unfinished', at(1)]], {}, { snapshot: { id: second, final: false } })], 1, { isSuperseded: true });
    expect(await loader.load(given)).toMatchObject({ snapshot: 'superseded', batches: [{ rowsCopied: 0 }] });
    expect([await table.rows(), await shadows('superseded')]).toEqual([['1|old|2026-01-31 12:00:01'], 0]);
    await load(table, [[4n, 'new', at(1)]], third);
    expect(await load(table, [[5n, 'new', at(1)]], third, true)).toMatchObject({ snapshot: 'swapped' });
    expect(await table.rows()).toEqual(['4|new|2026-01-31 12:00:01', '5|new|2026-01-31 12:00:01']);
    expect(await load(table, [[6n, 'x', at(1)]], second, true)).toMatchObject({ snapshot: 'incomplete', batches: [{ rowsCopied: 0, rowsInserted: 0 }] });
    expect([await table.rows(), await table.ledgerSeqs()]).toEqual([['4|new|2026-01-31 12:00:01', '5|new|2026-01-31 12:00:01'], [1, 2, 3, 4, 5, 6]]);
  });

  test('the shadow of an unfinished set is swept by the next set', async () => {
    const table = await ready('dead');
    await load(table, [[1n, 'a', at(1)]], first);
    await load(table, [[2n, 'b', at(1)]], second);
    expect(await shadows('dead')).toBe(1);
    expect(await load(table, [], second, true)).toMatchObject({ snapshot: 'swapped' });
    expect([await table.rows(), await shadows('dead')]).toEqual([['2|b|2026-01-31 12:00:01'], 0]);
  });

  test('the shadow of an unfinished set is swept by a load of another mode, and stays when a range is read once more', async () => {
    const table = await ready('switched');
    await load(table, [[1n, 'a', at(1)]], first, true);
    await load(table, [[2n, 'unfinished', at(1)]], second);
    const merge = async (rows: Rows, advances: boolean) => loader.load(await table.request([await table.stage(rows, { mode: 'merge', version_columns: ['updated_at'] }, { advances })], 1));
    await merge([[1n, 'a', at(1)]], false);
    expect(await shadows('switched')).toBe(1);
    await merge([[3n, 'c', at(2)]], true);
    expect([await table.rows(), await shadows('switched'), await table.ledgerSeqs()]).toEqual([['1|a|2026-01-31 12:00:01', '3|c|2026-01-31 12:00:02'], 0, [1, 2, 3, 4]]);
    // Going on with the old set is seen to be impossible.
    expect(await load(table, [[4n, 'late', at(1)]], second, true)).toMatchObject({ snapshot: 'incomplete' });
    expect(await table.rows()).toHaveLength(2);
  });

  test('a row in quarantine and a lost shadow table leave the target as it was', async () => {
    const table = await ready('incomplete');
    await load(table, [[1n, 'old', at(1)]], first, true);
    await load(table, [[2n, 'b', at(1)]], second, false, { quarantined: 1 });
    expect(await load(table, [[3n, 'c', at(1)]], second, true)).toMatchObject({ snapshot: 'incomplete' });
    await load(table, [[4n, 'd', at(1)]], third);
    const [shadow] = await world.redshift.rows(`SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relname LIKE 'incomplete\\\\_\\\\_new%'`);
    await world.redshift.run(`DROP TABLE ${String(shadow!.nspname)}."${String(shadow!.relname)}"`);
    expect(await load(table, [[5n, 'e', at(1)]], third)).toMatchObject({ snapshot: 'incomplete', batches: [{ rowsCopied: 0 }] });
    expect(await load(table, [[6n, 'f', at(1)]], third, true)).toMatchObject({ snapshot: 'incomplete' });
    expect([await table.rows(), await table.ledgerSeqs(), await shadows('incomplete')]).toEqual([['1|old|2026-01-31 12:00:01'], [1, 2, 3, 4, 5, 6], 0]);
  });

  test('keys that repeat or are missing refuse the swap', async () => {
    const table = await ready('keys');
    await load(table, [[1n, 'a', at(1)]], first);
    await expect(load(table, [[1n, 'b', at(1)]], first, true)).rejects.toMatchObject({ code: 'LOADER_KEY_REPEATED', exit: 20 });
    expect([await table.rows(), await table.ledgerSeqs()]).toEqual([[], [1]]);
    const free = await ready('free', { keys: [] });
    await load(free, [[1n, 'a', at(1)], [1n, 'a', at(1)]], first, true);
    expect(await free.rows()).toHaveLength(2);
  });

  test('values become the target\'s type at the swap', async () => {
    const of = [idColumn, detailsColumn, updatedColumn];
    const table = await ready('parsed', {}, of);
    await load(table, [[1n, '{"a": 1}', at(1)]], first, true);
    expect(await table.rows()).toEqual(['1|{"a":1}|2026-01-31 12:00:01']);
  });

  test('a batch of no set is refused', async () => {
    const table = await ready('setless');
    await expect(loader.load(await table.request([await table.stage([[1n, 'a', at(1)]])], 1))).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID' });
    const after = [await table.stage([[1n, 'a', at(1)]], {}, { snapshot: { id: first, final: true } }), await table.stage([[2n, 'a', at(1)]], {}, { snapshot: { id: first, final: true } })];
    await expect(loader.load(await table.request(after, 1))).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID' });
  });

  test('by renaming: another table has the name, and the ledger knows it', async () => {
    const table = await ready('renamed', { swap: 'rename' });
    const { tableOid } = await loader.inspect(table.task, table.target);
    await load(table, [[1n, 'a', at(1)]], first);
    const receipt = await load(table, [[2n, 'b', at(1)]], first, true);
    expect(receipt).toMatchObject({ snapshot: 'swapped', batches: [{ rowsInserted: 2, rowsDeleted: 0 }] });
    const state = await loader.inspect(table.task, table.target);
    expect(state.tableOid).not.toBe(tableOid);
    expect([state.tableOid, state.ledger?.targetOid]).toEqual([receipt.targetOid, receipt.targetOid]);
    expect(await load(table, [[3n, 'c', at(1)]], second, true)).toMatchObject({ batches: [{ rowsInserted: 1, rowsDeleted: 2 }] });
    expect([await table.rows(), await shadows('renamed')]).toEqual([['3|c|2026-01-31 12:00:01'], 0]);
    await expect(world.redshift.rows(`INSERT INTO ${table.target.schema}.renamed (note) VALUES ('no key')`)).rejects.toThrow(/null/i);
  });

  test.each([
    ['a bound view', (schema: string, name: string) => [`CREATE VIEW ${schema}.${name}_view AS SELECT id FROM ${schema}.${name}`]],
    ['rights of others', (schema: string, name: string, user: string) => [`GRANT SELECT ON ${schema}.${name} TO ${user}`]],
    ['another owner', () => []],
  ])('not by renaming with %s: the rows are swapped and the table stays', async (why, prepare) => {
    const name = `kept_${why.replace(/\W/g, '_')}`;
    const { schema, loader: user } = world.redshift;
    if (why === 'another owner') await world.redshift.run(`CREATE TABLE ${schema}.${name} (id BIGINT, note VARCHAR(500), updated_at TIMESTAMP)`, `GRANT ALL ON ${schema}.${name} TO ${user.username}`);
    const table = await ready(name, { swap: 'rename' });
    const { tableOid } = await loader.inspect(table.task, table.target);
    await load(table, [[1n, 'a', at(1)]], first, true);
    await world.redshift.run(...prepare(schema, name, 'PUBLIC'));
    const before = (await loader.inspect(table.task, table.target)).tableOid;
    await load(table, [[2n, 'b', at(2)]], second, true);
    expect((await loader.inspect(table.task, table.target)).tableOid).toBe(before);
    if (why === 'another owner') expect(before).toBe(tableOid);
    expect([await table.rows(), await shadows(name)]).toEqual([['2|b|2026-01-31 12:00:02'], 0]);
  });

  test('readers see the old rows until the commit and the new ones after it', async () => {
    const table = await ready('never_empty');
    await load(table, [[1n, 'a', at(1)]], first, true);
    const counts: number[] = [];
    const stop = world.redshift.emulator!.hooks.on(async (event) => {
      if (event.phase !== 'after' || !/"never_empty|^COMMIT/.test(event.sql) || /pg_class/.test(event.sql)) return undefined;
      counts.push((await table.rows()).length);
      return undefined;
    });
    try {
      await load(table, [[2n, 'b', at(1)], [3n, 'c', at(1)]], second, true);
    } finally {
      stop();
    }
    expect(counts.length).toBeGreaterThan(3);
    expect([...new Set(counts)]).toEqual([1, 2]);
  });

  test('statements per group are few and do not grow with its batches', async () => {
    const table = await ready('constant');
    const counts: number[] = [];
    for (const size of [1, 6]) {
      const group = [];
      for (let batch = 0; batch < size; batch += 1) group.push(await table.stage([[BigInt(size * 100 + batch), 'a', at(1)]], {}, { snapshot: { id: first, final: false } }));
      counts.push((await loader.load(await table.request(group, 1))).statementCount);
    }
    counts.push((await load(table, [], first, true)).statementCount);
    expect(counts).toEqual([11, 10, 13]);
  });

  test('two targets whose names begin alike keep their shadows apart', async () => {
    const [left, right] = [await ready('twin'), await ready('twin__new_x')];
    await load(left, [[1n, 'left', at(1)]], first);
    await load(right, [[2n, 'right', at(1)]], first);
    expect(await load(left, [], first, true)).toMatchObject({ snapshot: 'swapped' });
    expect(await load(right, [], first, true)).toMatchObject({ snapshot: 'swapped' });
    expect([await left.rows(), await right.rows()]).toEqual([['1|left|2026-01-31 12:00:01'], ['2|right|2026-01-31 12:00:01']]);
  });

  test('a target with columns of its own is not renamed away', async () => {
    const table = world.table('wider', columns, { mode: 'replace', version_columns: [], swap: 'rename' });
    await world.redshift.run(`CREATE TABLE ${table.target.schema}.wider (id BIGINT, note VARCHAR(200), updated_at TIMESTAMP, code VARCHAR(10) DEFAULT 'mine')`, `GRANT ALL ON ${table.target.schema}.wider TO ${world.redshift.loader.username}`);
    await ready('wider', { swap: 'rename' });
    await load(table, [[1n, 'a', at(1)]], first, true);
    expect(await table.rows()).toEqual(['1|a|2026-01-31 12:00:01|mine']);
  });
});
