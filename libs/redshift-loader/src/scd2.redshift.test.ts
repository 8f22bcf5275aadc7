import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FrozenScd2 } from '@tidemark/domain';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import { SCD2 } from '../test/history.ts';
import type { CellValue } from '../test/column-batch.ts';
import { codeColumn, idColumn, noteColumn, revisionColumn, updatedColumn } from '../test/staged-columns.ts';
import type { RedshiftTarget } from './index.ts';

const columns = [idColumn, noteColumn, revisionColumn, updatedColumn];
const at = (second: number): string => `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;
const [first, second, third] = ['01JAAAAAAAAAAAAAAAAAAAAAAA', '01JBBBBBBBBBBBBBBBBBBBBBBB', '01JCCCCCCCCCCCCCCCCCCCCCCC'] as const;
type Rows = readonly (readonly CellValue[])[];

describe.each(['serializable', 'snapshot'] as const)('scd2 under %s isolation', (isolation) => {
  let world: LoadWorld;
  let loader: RedshiftTarget;
  beforeAll(async () => {
    world = await loadWorld({ isolation });
    loader = world.loader();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  async function ready(name: string, scd2: Partial<FrozenScd2> = {}, of = columns, keys: readonly string[] = ['id']): Promise<WorldTable> {
    const settings = { ...SCD2, ...scd2 };
    const table = world.table(name, of, { mode: 'scd2', keys, version_columns: [], scd2: settings });
    await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
    await loader.prepare({ target: table.target, columns: of, keys, scd2: settings });
    return table;
  }
  const load = async (table: WorldTable, ...batches: readonly Rows[]) => {
    const group = [];
    for (const rows of batches) group.push(await table.stage(rows));
    return loader.load(await table.request(group, 1));
  };
  const snapshot = async (table: WorldTable, rows: Rows, id: string, batchTs: string) => loader.load(await table.request([await table.stage(rows, {}, { snapshot: { id, final: true }, batchTs })], 1));
  /** Key, tracked and overwritten values, and the interval in seconds; `*` marks the current row. */
  async function history(name: string, keys = 'id, note, revision'): Promise<readonly string[]> {
    const rows = await world.redshift.rows(`SELECT ${keys}, valid_from, valid_to, is_current FROM ${world.redshift.schema}.${name}`);
    return rows.map(({ valid_from: from, valid_to: to, is_current: current, ...rest }) => `${Object.values(rest).map(String).join('|')} ${String(from).slice(17)}-${to === null ? '' : String(to).slice(17)}${['t', 'true'].includes(String(current)) ? '*' : ''}`).toSorted();
  }

  test('a change ends the current version and begins the next, at the source\'s time', async () => {
    const table = await ready('customers');
    expect((await load(table, [[1n, 'a', 1n, at(1)], [2n, 'b', 1n, at(1)]])).batches[0]).toMatchObject({ rowsInserted: 2, rowsDeleted: 0 });
    expect((await load(table, [[1n, 'a2', 2n, at(5)]])).batches[0]).toMatchObject({ rowsInserted: 1 });
    expect(await history('customers')).toEqual(['1|a2|2 05-*', '1|a|1 01-05', '2|b|1 01-*']);
    const [row] = await world.redshift.rows(`SELECT COUNT(DISTINCT sk) AS keys, COUNT(*) AS n, MIN(row_hash) AS hash FROM ${table.target.schema}.customers`);
    expect(row).toMatchObject({ keys: '3', n: '3', hash: expect.stringMatching(/^v1:[0-9a-f]{64}$/) });
  });

  test('versions of a key inside a group are chained in order, whatever the order of the files, changes of one day too', async () => {
    const table = await ready('chained');
    expect((await load(table, [[1n, 'c', 1n, at(9)], [1n, 'a', 1n, at(1)]], [[1n, 'b', 1n, at(5)], [1n, 'b', 7n, at(7)]])).batches).toMatchObject([{ rowsInserted: 0 }, { rowsInserted: 3 }]);
    expect(await history('chained')).toEqual(['1|a|1 01-05', '1|b|1 05-09', '1|c|1 09-*']);
  });

  test('P2: the same rows again, alone or with others, change nothing', async () => {
    const table = await ready('again');
    const rows: Rows = [[1n, 'a', 1n, at(1)], [1n, 'b', 1n, at(3)], [2n, 'x', 1n, at(2)]];
    await load(table, rows);
    const before = await table.rows();
    expect((await load(table, rows)).batches[0]).toMatchObject({ rowsCopied: 3, rowsInserted: 0 });
    expect((await load(table, [rows[0]!], [rows[2]!])).batches[1]).toMatchObject({ rowsInserted: 0 });
    expect(await table.rows()).toEqual(before);
  });

  test('a value that appears, goes, or differs in trailing blanks is a change', async () => {
    const table = await ready('nulls');
    await load(table, [[1n, null, 1n, at(1)]]);
    await load(table, [[1n, 'a', 1n, at(2)]]);
    await load(table, [[1n, 'a ', 1n, at(3)]]);
    await load(table, [[1n, null, 1n, at(4)]]);
    expect(await history('nulls')).toEqual(['1|a |1 03-04', '1|a|1 02-03', '1|null|1 01-02', '1|null|1 04-*']);
  });

  test('columns that are not tracked follow the source in the current version only, and never backwards', async () => {
    const table = await ready('untracked');
    await load(table, [[1n, 'a', 1n, at(1)]]);
    await load(table, [[1n, 'b', 2n, at(3)]]);
    expect((await load(table, [[1n, 'b', 9n, at(6)]])).batches[0]).toMatchObject({ rowsInserted: 0 });
    expect(await history('untracked', 'id, note, revision, updated_at')).toEqual([`1|a|1|${at(1).slice(0, 19)} 01-03`, `1|b|9|${at(6).slice(0, 19)} 03-*`]);
    await load(table, [[1n, 'b', 5n, at(4)]]);
    expect(await history('untracked')).toEqual(['1|a|1 01-03', '1|b|9 03-*']);
  });

  test('the same time with other values, read later, corrects the version in its place', async () => {
    const table = await ready('corrected');
    await load(table, [[1n, 'a', 1n, at(1)]]);
    await load(table, [[1n, 'b', 1n, at(3)]]);
    const keys = await world.redshift.rows(`SELECT sk FROM ${table.target.schema}.corrected WHERE is_current`);
    expect((await load(table, [[1n, 'b2', 4n, at(3)]])).batches[0]).toMatchObject({ rowsInserted: 0 });
    expect(await history('corrected')).toEqual(['1|a|1 01-03', '1|b2|4 03-*']);
    expect(await world.redshift.rows(`SELECT sk FROM ${table.target.schema}.corrected WHERE is_current`)).toEqual(keys);
  });

  test('a version that arrives late takes its place in the chain', async () => {
    const table = await ready('late');
    await load(table, [[1n, 'a', 1n, at(1)], [1n, 'c', 1n, at(9)]]);
    await load(table, [[1n, 'b', 1n, at(5)]]);
    expect(await history('late')).toEqual(['1|a|1 01-05', '1|b|1 05-09', '1|c|1 09-*']);
  });

  test('two rows of one key and time cannot be ranked; a missing key or time is refused', async () => {
    const table = await ready('ambiguous');
    await expect(load(table, [[1n, 'a', 1n, at(1)], [1n, 'b', 1n, at(1)]])).rejects.toMatchObject({ code: 'LOADER_KEY_REPEATED', exit: 20 });
    const nulls = await ready('nothing_to_go_by');
    await expect(load(nulls, [[null, 'a', 1n, at(1)]])).rejects.toMatchObject({ code: 'LOADER_KEY_NULL', exit: 20 });
    const timeless = await ready('timeless');
    await expect(load(timeless, [[1n, 'a', 1n, null]])).rejects.toMatchObject({ code: 'LOADER_KEY_NULL', message: expect.stringContaining('updated_at') });
    for (const name of ['ambiguous', 'nothing_to_go_by', 'timeless']) expect(await history(name)).toEqual([]);
  });

  test('text keys are told apart by their trailing blanks, and the columns may have other names', async () => {
    const names = { key: 'customer_sk', from: 'effective_from', to: 'effective_to', current: 'current_flag', hash: 'digest' };
    const table = await ready('renamed_columns', { columns: names }, [codeColumn, noteColumn, updatedColumn], ['code']);
    await load(table, [['a', 'x', at(1)], ['a ', 'y', at(1)]]);
    await load(table, [['a ', 'z', at(2)]]);
    const rows = await world.redshift.rows(`SELECT code, note, effective_to, current_flag FROM ${table.target.schema}.renamed_columns`);
    expect(rows.map((row) => Object.values(row).map(String).join('|')).toSorted()).toEqual(['a |y|2026-01-31 12:00:02|f', 'a |z|null|t', 'a|x|null|t']);
  });

  test('the first version of a key may begin at a time that was named', async () => {
    const table = await ready('since_ever', { first_valid_from: '1900-01-01 00:00:00' });
    await load(table, [[1n, 'a', 1n, at(5)]], [[1n, 'b', 1n, at(7)]]);
    await load(table, [[1n, 'b', 1n, at(7)], [2n, 'x', 1n, at(1)]]);
    const rows = await world.redshift.rows(`SELECT id, note, valid_from FROM ${table.target.schema}.since_ever`);
    expect(rows.map((row) => Object.values(row).join('|')).toSorted()).toEqual(['1|a|1900-01-01 00:00:00', `1|b|${at(7).slice(0, 19)}`, '2|x|1900-01-01 00:00:00']);
  });

  test('a first version that begins at a named time is corrected where it stands when its row is read again with other values', async () => {
    const table = await ready('since_ever_again', { first_valid_from: '1900-01-01 00:00:00' });
    await load(table, [[1n, 'a', 1n, at(5)], [2n, 'x', 1n, at(1)], [3n, 'p', 1n, at(2)]], [[2n, 'y', 1n, at(6)]]);
    await load(table, [[1n, 'a corrected', 1n, at(5)], [2n, 'y', 1n, at(6)], [3n, 'q', 1n, at(9)]]);
    const versions = await history('since_ever_again', 'id, note');
    expect(versions).toEqual(['1|a corrected 00-*', '2|x 00-06', '2|y 06-*', '3|p 00-09', '3|q 09-*']);
    await load(table, [[1n, 'a corrected', 1n, at(5)], [3n, 'q', 1n, at(9)]]);
    expect(await history('since_ever_again', 'id, note')).toEqual(versions);
  });

  test('a complete snapshot ends what it does not have, below its ceiling; a key that comes back begins again', async () => {
    const table = await ready('expiring', { expire_missing: true, max_expire_percent: 50 });
    await snapshot(table, [[1n, 'a', 1n, at(1)], [2n, 'b', 1n, at(1)], [3n, 'c', 1n, at(1)]], first, '2026-01-31T12:00:10.000Z');
    expect(await snapshot(table, [[1n, 'a', 1n, at(1)], [2n, 'b2', 1n, at(15)]], second, '2026-01-31T12:00:20.000Z')).toMatchObject({ snapshot: 'swapped', batches: [{ rowsInserted: 1 }] });
    expect(await history('expiring')).toEqual(['1|a|1 01-*', '2|b2|1 15-*', '2|b|1 01-15', '3|c|1 01-20']);
    await expect(snapshot(table, [], third, '2026-01-31T12:00:30.000Z')).rejects.toMatchObject({ code: 'LOADER_EXPIRE_LIMIT', exit: 21, details: { missing: 2, current: 2 } });
    expect(await history('expiring')).toHaveLength(4);
  });

  test('a key that comes back: a new version from its new time, or the old one opened again', async () => {
    const table = await ready('back', { expire_missing: true });
    await snapshot(table, [[1n, 'a', 1n, at(1)], [2n, 'b', 1n, at(1)]], first, '2026-01-31T12:00:10.000Z');
    await snapshot(table, [], second, '2026-01-31T12:00:20.000Z');
    expect(await history('back')).toEqual(['1|a|1 01-20', '2|b|1 01-20']);
    await snapshot(table, [[1n, 'a', 1n, at(25)], [2n, 'b', 1n, at(1)]], third, '2026-01-31T12:00:30.000Z');
    expect(await history('back')).toEqual(['1|a|1 01-20', '1|a|1 25-*', '2|b|1 01-*']);
  });

  test('a set that is not complete ends nothing and changes nothing', async () => {
    const table = await ready('unfinished', { expire_missing: true });
    await snapshot(table, [[1n, 'a', 1n, at(1)]], first, '2026-01-31T12:00:10.000Z');
    await loader.load(await table.request([await table.stage([[2n, 'b', 1n, at(1)]], {}, { snapshot: { id: second, final: false } })], 1));
    expect(await history('unfinished')).toEqual(['1|a|1 01-*']);
  });

  test('without a column that says since when, the time of the snapshot does', async () => {
    const table = await ready('timed', { effective: null });
    await snapshot(table, [[1n, 'a', 1n, null]], first, '2026-01-31T12:00:10.000Z');
    await snapshot(table, [[1n, 'a', 2n, null]], second, '2026-01-31T12:00:20.000Z');
    await snapshot(table, [[1n, 'b', 2n, null]], third, '2026-01-31T12:00:30.000Z');
    expect(await history('timed')).toEqual(['1|a|2 10-30', '1|b|2 30-*']);
    await expect(snapshot(table, [[1n, 'c', 2n, null]], '01JDDDDDDDDDDDDDDDDDDDDDDD', '2026-01-31T12:00:29.000Z')).rejects.toMatchObject({ code: 'LOADER_HISTORY_BACKWARD', exit: 21 });
    await expect(load(table, [[1n, 'd', 2n, null]])).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID' });
  });

  test('a history that somebody else broke stops the load', async () => {
    const table = await ready('broken');
    await load(table, [[1n, 'a', 1n, at(1)]]);
    await world.redshift.run(`INSERT INTO ${table.target.schema}.broken (id, note, row_hash, valid_from, is_current) VALUES (1, 'theirs', 'x', '2027-01-01', FALSE)`);
    await world.redshift.run(`UPDATE ${table.target.schema}.broken SET valid_to = '2026-01-01', is_current = FALSE WHERE note = 'a'`);
    await expect(load(table, [[1n, 'b', 1n, at(5)]])).rejects.toMatchObject({ code: 'LOADER_HISTORY_BROKEN', exit: 21 });
    expect(await table.ledgerSeqs()).toEqual([1]);
  });

  test('an existing table must have the columns of a history', async () => {
    const { schema, loader: user } = world.redshift;
    await world.redshift.run(`CREATE TABLE ${schema}.flat (id BIGINT, note VARCHAR(200), revision INTEGER, updated_at TIMESTAMP)`, `GRANT ALL ON ${schema}.flat TO ${user.username}`);
    await expect(ready('flat')).rejects.toMatchObject({ code: 'TARGET_COLUMNS_DIFFER', message: expect.stringContaining('row_hash is missing (VARCHAR(80))') });
  });

  test('statements per group do not grow with its batches', async () => {
    const table = await ready('constant');
    const one = await load(table, [[1n, 'a', 1n, at(1)]]);
    const many = await load(table, [[1n, 'b', 1n, at(2)]], [[2n, 'a', 1n, at(2)]], [[3n, 'a', 1n, at(2)]]);
    expect([one.statementCount, many.statementCount]).toEqual([22, 22]);
  });
});
