import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import { codeColumn, detailsColumn, idColumn, noteColumn, revisionColumn, updatedColumn } from '../test/staged-columns.ts';
import type { RedshiftTarget } from './index.ts';

const columns = [idColumn, noteColumn, updatedColumn];
const at = (second: number): string => `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;

describe.each(['serializable', 'snapshot'] as const)('merge under %s isolation', (isolation) => {
  let world: LoadWorld;
  let loader: RedshiftTarget;
  beforeAll(async () => {
    world = await loadWorld({ isolation });
    loader = world.loader();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  async function ready(table: WorldTable, of = columns, keys: readonly string[] = ['id']): Promise<void> {
    await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: 'src' });
    await loader.prepare({ target: table.target, columns: of, keys });
  }

  test('rows arrive, change and stay, and the ledger follows', async () => {
    const table = world.table('orders', columns);
    await ready(table);
    const first = await table.stage([[1n, 'a', at(1)], [2n, null, at(2)], [9223372036854775807n, '語😀 \\ \'"', null]]);
    expect(await loader.load(await table.request([first], 1))).toMatchObject({ batches: [{ seq: 1, rowsCopied: 3, rowsInserted: 3, rowsDeleted: 0 }], wasAlreadyLoaded: false });
    const second = await table.stage([[2n, 'b', at(5)], [3n, 'c', at(6)]]);
    expect(await loader.load(await table.request([second], 1))).toMatchObject({ batches: [{ rowsInserted: 2, rowsDeleted: 1 }] });
    expect(await table.rows()).toEqual(['1|a|2026-01-31 12:00:01', '2|b|2026-01-31 12:00:05', '3|c|2026-01-31 12:00:06', "9223372036854775807|語😀 \\ '\"|NULL"]);
    const state = await loader.inspect(table.task, table.target);
    expect(state.ledger).toMatchObject({ epoch: 1, seq: 2, generation: 1, manifestSha256: second.sha256, sourceId: 'src', targetOid: state.tableOid });
  });

  test('I3: loading a group again loads nothing', async () => {
    const table = world.table('again', columns);
    await ready(table);
    const request = await table.request([await table.stage([[1n, 'a', at(1)]])], 1);
    const receipt = await loader.load(request);
    expect(await loader.load(request)).toMatchObject({ batches: receipt.batches, targetOid: receipt.targetOid, wasAlreadyLoaded: true });
    expect(await table.rows()).toHaveLength(1);
  });

  test('I3: two loads of one batch at once load it once', async () => {
    const table = world.table('twice', columns);
    await ready(table);
    const request = await table.request([await table.stage([[1n, 'a', at(1)], [2n, 'b', at(1)]])], 1);
    const receipts = await Promise.all([loader.load(request), loader.load(request)]);
    expect(receipts.map((receipt) => receipt.wasAlreadyLoaded).toSorted()).toEqual([false, true]);
    expect(await table.rows()).toHaveLength(2);
    expect(await table.ledgerSeqs()).toEqual([1]);
  });

  test('the newest version of a key wins inside a group, whatever the order of its files', async () => {
    const table = world.table('newest', columns);
    await ready(table);
    const group = [await table.stage([[1n, 'old', at(1)], [2n, 'no version', null], [1n, 'newest', at(9)]]), await table.stage([[1n, 'middle', at(5)], [2n, 'versioned', at(1)], [3n, 'same', at(3)], [3n, 'same', at(3)]])];
    const receipt = await loader.load(await table.request(group, 1));
    expect(receipt.batches.map((batch) => [batch.rowsCopied, batch.rowsInserted])).toEqual([[3, 0], [4, 3]]);
    expect(await table.rows()).toEqual(['1|newest|2026-01-31 12:00:09', '2|versioned|2026-01-31 12:00:01', '3|same|2026-01-31 12:00:03']);
  });

  test('the newest version wins against the target, and an equal one is replaced', async () => {
    const table = world.table('against', columns);
    await ready(table);
    await loader.load(await table.request([await table.stage([[1n, 'newer', at(9)], [2n, 'x', at(5)], [3n, 'x', null]])], 1));
    const receipt = await loader.load(await table.request([await table.stage([[1n, 'older', at(8)], [2n, 'late commit in the same tick', at(5)], [3n, 'y', at(1)]])], 1));
    expect(receipt.batches[0]).toMatchObject({ rowsCopied: 3, rowsInserted: 2, rowsDeleted: 2 });
    expect(await table.rows()).toEqual(['1|newer|2026-01-31 12:00:09', '2|late commit in the same tick|2026-01-31 12:00:05', '3|y|2026-01-31 12:00:01']);
  });

  test('two version columns are compared outermost first', async () => {
    const of = [idColumn, noteColumn, updatedColumn, revisionColumn];
    const table = world.table('revisions', of, { version_columns: ['updated_at', 'revision', 'id'] });
    await ready(table, of);
    await loader.load(await table.request([await table.stage([[1n, 'a', at(5), 2n], [1n, 'b', at(5), 3n], [1n, 'c', at(4), 9n]])], 1));
    expect(await table.rows()).toEqual(['1|b|2026-01-31 12:00:05|3']);
    await loader.load(await table.request([await table.stage([[1n, 'd', at(5), 2n]])], 1));
    expect(await table.rows()).toEqual(['1|b|2026-01-31 12:00:05|3']);
    await loader.load(await table.request([await table.stage([[1n, 'e', at(5), 4n]])], 1));
    expect(await table.rows()).toEqual(['1|e|2026-01-31 12:00:05|4']);
  });

  test('keys that differ in trailing blanks are two rows', async () => {
    const of = [codeColumn, noteColumn, updatedColumn];
    const table = world.table('blanks', of, { keys: ['code'] });
    await ready(table, of, ['code']);
    await loader.load(await table.request([await table.stage([['a', 'short', at(1)], ['a ', 'long', at(1)], ['a', 'short, newer', at(2)]])], 1));
    await loader.load(await table.request([await table.stage([['a ', 'long, newer', at(3)]])], 1));
    expect(await table.rows()).toEqual(['a |long, newer|2026-01-31 12:00:03', 'a|short, newer|2026-01-31 12:00:02']);
  });

  test('without version columns the later batch wins', async () => {
    const table = world.table('unversioned', columns, { version_columns: [] });
    await ready(table);
    await loader.load(await table.request([await table.stage([[1n, 'a', at(9)], [1n, 'a', at(9)], [2n, 'b', null]])], 1));
    await loader.load(await table.request([await table.stage([[1n, 'c', at(1)]])], 1));
    expect(await table.rows()).toEqual(['1|c|2026-01-31 12:00:01', '2|b|NULL']);
  });

  test('rows of one key and version that differ are refused, trailing blanks included; one by one the later batch wins', async () => {
    const table = world.table('ambiguous', columns);
    await ready(table);
    const [first, second] = [await table.stage([[1n, 'a', at(1)]]), await table.stage([[1n, 'a ', at(1)]])];
    await expect(loader.load(await table.request([first, second], 1))).rejects.toMatchObject({ code: 'LOADER_GROUP_AMBIGUOUS', details: { repeated: 1 } });
    expect(await table.ledgerSeqs()).toEqual([]);
    await loader.load(await table.request([first], 1));
    await loader.load(await table.request([second], 1));
    expect(await table.rows()).toEqual(['1|a |2026-01-31 12:00:01']);
    await expect(loader.load(await table.request([await table.stage([[5n, 'a', at(1)], [5n, 'b', at(1)]])], 1))).rejects.toMatchObject({ code: 'LOADER_KEY_REPEATED', exit: 20 });
    expect(await table.ledgerSeqs()).toEqual([1, 2]);
  });

  test('a NULL key stops the load before anything changes', async () => {
    const table = world.table('nullkeys', columns);
    await ready(table);
    await expect(loader.load(await table.request([await table.stage([[1n, 'a', at(1)], [null, 'b', at(1)]])], 1))).rejects.toMatchObject({ code: 'LOADER_KEY_NULL', exit: 20, details: { rows: 1 } });
    expect(await table.rows()).toEqual([]);
    expect(await table.ledgerSeqs()).toEqual([]);
  });

  async function adopted(name: string): Promise<WorldTable> {
    const table = world.table(name, columns);
    await world.redshift.run(
      `CREATE TABLE ${table.target.schema}.${name} (note VARCHAR(1000), loaded_by VARCHAR(20) DEFAULT 'somebody', id BIGINT, updated_at TIMESTAMP, sk BIGINT IDENTITY(1,1))`,
      `INSERT INTO ${table.target.schema}.${name} (note, loaded_by, id, updated_at) VALUES ('x', 'me', 1, '2026-01-01'), ('y', 'you', 1, '2026-01-02'), ('z', 'me', 2, '2026-01-03'), ('q', 'me', 3, '2026-01-03')`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table.target.schema}.${name} TO ${world.redshift.loader.username}`,
    );
    await ready(table);
    return table;
  }
  const withoutKey = async (table: WorldTable): Promise<readonly string[]> => (await table.rows()).map((row) => row.split('|').slice(0, 4).join('|'));

  test('a target whose keys repeat stops a merge until one row each is asked for; the newest stays', async () => {
    const table = await adopted('repeating');
    const request = await table.request([await table.stage([[2n, 'a', at(1)]])], 1);
    await expect(loader.load(request)).rejects.toMatchObject({ code: 'TARGET_KEYS_REPEAT', exit: 21, details: { repeated: 1 } });
    expect(await table.rows()).toHaveLength(4);
    expect((await loader.load({ ...request, dedupeTarget: true })).batches[0]).toMatchObject({ rowsInserted: 1, rowsDeleted: 2 });
    expect(await withoutKey(table)).toEqual(['a|me|2|2026-01-31 12:00:01', 'q|me|3|2026-01-03 00:00:00', 'y|you|1|2026-01-02 00:00:00']);
  });

  test('a target with columns of its own keeps their values, its generated keys too', async () => {
    const table = await adopted('owned_columns');
    await world.redshift.run(`DELETE FROM ${table.target.schema}.owned_columns WHERE note = 'x'`);
    const before = new Map((await table.rows()).map((row) => row.split('|')).map((cells) => [cells[2], cells[4]]));
    const receipt = await loader.load(await table.request([await table.stage([[1n, 'a', at(1)], [4n, 'new', at(1)], [3n, 'older', '2026-01-02 00:00:00.000000']])], 1));
    expect(receipt.batches[0]).toMatchObject({ rowsCopied: 3, rowsInserted: 2, rowsDeleted: 1 });
    const rows = (await table.rows()).map((row) => row.split('|'));
    expect(rows.map((cells) => cells.slice(0, 4).join('|'))).toEqual(['a|you|1|2026-01-31 12:00:01', 'new|somebody|4|2026-01-31 12:00:01', 'q|me|3|2026-01-03 00:00:00', 'z|me|2|2026-01-03 00:00:00']);
    for (const cells of rows) if (before.has(cells[2])) expect(cells[4]).toBe(before.get(cells[2]));
  });

  test('JSON text becomes SUPER, and a narrower column is cast to the target\'s', async () => {
    const of = [idColumn, detailsColumn, updatedColumn, { ...revisionColumn, target: { redshift: { name: 'BIGINT' }, by: 'cast' } } as const];
    const table = world.table('super', of);
    await ready(table, of);
    await loader.load(await table.request([await table.stage([[1n, '{"a": [1, "two"]}', at(1), 7n], [2n, null, at(1), null], [1n, '{"a": [1, "two"]}', at(1), 7n]])], 1));
    await loader.load(await table.request([await table.stage([[2n, '"text"', at(2), 8n]])], 1));
    expect(await table.rows()).toEqual(['1|{"a":[1,"two"]}|2026-01-31 12:00:01|7', '2|"text"|2026-01-31 12:00:02|8']);
    const defined = await world.redshift.rows(`SELECT column_name, data_type FROM svv_redshift_columns WHERE schema_name = '${table.target.schema}' AND table_name = 'super' ORDER BY ordinal_position`);
    expect(defined.map((row) => row.data_type)).toEqual(['bigint', 'super', 'timestamp without time zone', 'bigint']);
    expect((await loader.prepare({ target: table.target, columns: of, keys: ['id'] })).oid).toMatch(/^\d+$/);
  });

  test('a batch without rows is recorded', async () => {
    const table = world.table('empty', columns);
    await ready(table);
    const group = [await table.stage([]), await table.stage([])];
    expect((await loader.load(await table.request(group, 1))).batches.map((batch) => batch.rowsCopied)).toEqual([0, 0]);
    expect(await table.ledgerSeqs()).toEqual([1, 2]);
  });

  test('many batches of many rows are one COPY', async () => {
    const table = world.table('big', columns);
    await ready(table);
    const group = [];
    for (let batch = 0; batch < 8; batch += 1) group.push(await table.stage(Array.from({ length: 5_000 }, (_row, index) => [BigInt(batch * 4_000 + index), `note ${batch}`, at(batch)])));
    const receipt = await loader.load(await table.request(group, 1));
    expect(receipt.statementCount).toBe(19);
    expect(receipt.batches.reduce((sum, batch) => sum + batch.rowsInserted, 0)).toBe(33_000);
    const [row] = await world.redshift.rows(`SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids FROM ${table.target.schema}.big`);
    expect(row).toEqual({ n: '33000', ids: '33000' });
  });
});
