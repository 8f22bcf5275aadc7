import type { FrozenShape, StagedColumn } from '@tidemark/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dyingOpener } from '../../test/dying-session.ts';
import { loadWorld, type LoadWorld, type WorldTable } from '../../test/load-world.ts';
import { codeColumn, idColumn } from '../../test/staged-columns.ts';
import type { PrepareRequest, RedshiftTarget } from '../index.ts';

let world: LoadWorld;
let loader: RedshiftTarget;
beforeAll(async () => {
  world = await loadWorld();
  loader = world.loader();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const AUTO: FrozenShape = { table_keys: { dist: { style: 'AUTO' }, sort: { type: 'auto' }, encodings: {} }, primary_key: ['id'], fresh: false, added: {}, renamed: {}, dropped: [] };
const column = (name: string, redshift: StagedColumn['redshift']): StagedColumn => ({ ...codeColumn, source: name, name, redshift });
const varchar = (name: string, bytes: number): StagedColumn => column(name, { name: 'VARCHAR', bytes });
const integer = (name: string): StagedColumn => column(name, { name: 'INTEGER' });
const bigint = (name: string): StagedColumn => column(name, { name: 'BIGINT' });

interface Ready {
  readonly table: WorldTable;
  readonly name: string;
  request(columns: readonly StagedColumn[], shape?: Partial<FrozenShape>, change?: Partial<PrepareRequest['change']>): PrepareRequest;
  /** `name type[ NOT NULL][ DEFAULT x]` of each column. */
  columns(): Promise<readonly string[]>;
}

/** A table that somebody made, its rows in it, fenced for generation 1. */
async function ready(name: string, ddl: string, ...statements: string[]): Promise<Ready> {
  const table = world.table(name, [idColumn]);
  const full = `${table.target.schema}.${name}`;
  const session = await world.openSession('prepare');
  await session.query(`CREATE TABLE ${full} (${ddl})`);
  for (const statement of statements) await session.query(statement.replaceAll('$t', full));
  await session.close();
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: 'source' });
  return {
    table,
    name: full,
    request: (columns, shape = {}, change = {}) => ({ target: table.target, columns, keys: ['id'], shape: { ...AUTO, ...shape }, change: { task: table.task, generation: 1, contract: 'evolve', allowRebuild: false, ...change } }),
    columns: async () => {
      const rows = await world.redshift.rows(`SELECT column_name, data_type, is_nullable, column_default FROM svv_redshift_columns WHERE schema_name = '${table.target.schema}' AND table_name = '${name}' ORDER BY ordinal_position`);
      return rows.map((row) => `${row.column_name} ${row.data_type}${row.is_nullable === 'NO' ? ' NOT NULL' : ''}${row.column_default === null ? '' : ` DEFAULT ${row.column_default}`}`);
    },
  };
}

describe('evolve', () => {
  test('columns are added one by one, with the constant that the rows have, and renamed', async () => {
    const it = await ready('grown', 'id BIGINT NOT NULL, note VARCHAR(20)', "INSERT INTO $t VALUES (1, 'x')");
    const columns = [idColumn, varchar('remark', 20), integer('five'), varchar('empty', 10)];
    const { findings } = await loader.prepare(it.request(columns, { renamed: { remark: 'note' }, added: { five: '5', empty: null } }));
    expect(findings.map(({ message }) => message)).toEqual([`${it.name} was changed: note renamed to remark; five added with DEFAULT 5; empty added.`]);
    expect(await it.table.rows()).toEqual(['1|x|5|NULL']);
    expect(await loader.prepare(it.request(columns, { renamed: { remark: 'note' }, added: { five: '5', empty: null } })), 'again').toMatchObject({ findings: [] });
  });

  test('a new name that another column has is refused, since rows that are there would show its values; names in a row are free one after the other', async () => {
    const it = await ready('renamed_onto', 'id BIGINT NOT NULL, note VARCHAR(20), remark VARCHAR(20)', "INSERT INTO $t VALUES (1, 'x', 'of old')");
    const taken = (shape: Partial<FrozenShape>, columns = [idColumn, varchar('remark', 20)]): Promise<unknown> => loader.prepare(it.request(columns, shape));
    await expect(taken({ renamed: { remark: 'note' } })).rejects.toMatchObject({ code: 'TARGET_COLUMNS_DIFFER', message: expect.stringContaining('note should be named remark, and the table has another column of that name (character varying(20))') as string });
    const both = [idColumn, varchar('note', 20), varchar('remark', 20)];
    await expect(taken({ renamed: { remark: 'note', note: 'remark' } }, both)).rejects.toMatchObject({ code: 'TARGET_COLUMNS_DIFFER' });
    expect(await it.table.rows()).toEqual(['1|x|of old']);
    await expect(taken({ renamed: { remark: 'note' }, fresh: true }), 'every row is read').resolves.toMatchObject({ findings: expect.anything() as unknown });

    const row = { renamed: { remark: 'note', third: 'remark' } };
    const columns = [idColumn, varchar('remark', 20), varchar('third', 20)];
    expect((await loader.prepare(it.request(columns, row))).findings.map(({ message }) => message)).toEqual([`${it.name} was changed: remark renamed to third; note renamed to remark.`]);
    expect(await loader.prepare(it.request(columns, row)), 'again').toMatchObject({ findings: [] });
    expect(await world.redshift.rows(`SELECT remark, third FROM ${it.name}`)).toEqual([{ remark: 'x', third: 'of old' }]);
  });

  test('a column that nobody says was added is not: rows that were loaded would lack its values', async () => {
    const it = await ready('lost_column', 'id BIGINT NOT NULL');
    await expect(loader.prepare(it.request([idColumn, integer('five')]))).rejects.toMatchObject({ code: 'TARGET_COLUMNS_DIFFER', message: expect.stringContaining('five is missing (INTEGER)') as string });
    expect(await loader.prepare(it.request([idColumn, integer('five')], { fresh: true }))).toMatchObject({ findings: [{ code: 'TARGET_CHANGED' }] });
  });

  test('VARCHAR is widened in place; the table stays the same one', async () => {
    const it = await ready('widened', 'id BIGINT NOT NULL, note VARCHAR(20)', "INSERT INTO $t VALUES (1, 'x')");
    const before = await loader.prepare(it.request([idColumn, varchar('note', 20)]));
    const after = await loader.prepare(it.request([idColumn, varchar('note', 80), integer('five')], { added: { five: null } }));
    expect(after).toMatchObject({ oid: before.oid, findings: [{ message: `${it.name} was changed: note widened to VARCHAR(80); five added.` }] });
    expect(await it.columns()).toEqual(['id bigint NOT NULL', 'note character varying(80)', 'five integer']);
  });

  test.each([
    ['another type', 'note INTEGER', bigint('note'), 'note from integer to BIGINT', 'note bigint'],
    ['a decimal with more digits on both sides', 'note DECIMAL(12,4)', column('note', { name: 'DECIMAL', precision: 12, scale: 2 }), 'note from numeric(12,4) to DECIMAL(14,4)', 'note numeric(14,4)'],
    ['a text with a default', "note VARCHAR(20) DEFAULT 'x'", varchar('note', 80), 'note from character varying(20) to VARCHAR(80)', "note character varying(80) DEFAULT 'x'::character varying"],
    ['a text whose encoding cannot be widened', 'note VARCHAR(20) ENCODE bytedict', varchar('note', 80), 'note from character varying(20) to VARCHAR(80)', 'note character varying(80)'],
  ])('%s needs the table built anew, and only when that is allowed', async (_case, ddl, needed, reason, result) => {
    const it = await ready(`rebuilt_${ddl.replace(/\W+/g, '_').toLowerCase()}`, `id BIGINT NOT NULL, ${ddl}, other DATE NOT NULL DEFAULT '2026-01-01'`, "INSERT INTO $t (id, note) VALUES (1, '7'), (2, NULL)");
    const before = await loader.prepare(it.request([idColumn]));
    const request = it.request([idColumn, needed]);
    await expect(loader.prepare(request)).rejects.toMatchObject({ code: 'TARGET_REBUILD', exit: 15, message: expect.stringContaining(reason) as string });
    const after = await loader.prepare({ ...request, change: { ...request.change!, allowRebuild: true } });
    expect(after.oid).not.toBe(before.oid);
    expect((await it.columns())[1]).toContain(result);
    expect((await it.table.rows()).map((row) => row.replace(/7(\.0+)?\|/, '7|'))).toEqual(['1|7|2026-01-01', '2|NULL|2026-01-01']);
    expect((await it.columns())[2]).toMatch(/^other date NOT NULL DEFAULT '2026-01-01'/);
  });

  test('a table that is built anew keeps keys, owner and rights, and the ledger goes with it', async () => {
    const it = await ready('rebuilt_whole', 'id BIGINT NOT NULL, note INTEGER, at TIMESTAMP', 'INSERT INTO $t (id, note) VALUES (9, 1)', 'ALTER TABLE $t ALTER DISTKEY id', 'ALTER TABLE $t ALTER COMPOUND SORTKEY (at, id)', `GRANT SELECT ON $t TO ${world.redshift.stranger.username}`);
    const table = world.table('rebuilt_whole', [idColumn], { version_columns: [] });
    await loader.load(await table.request([await table.stage([[1n], [2n]])], 1));
    const request = it.request([idColumn, bigint('note'), column('at', { name: 'TIMESTAMP' }), integer('five')], { added: { five: '5' } });
    const { oid } = await loader.prepare({ ...request, change: { ...request.change!, allowRebuild: true } });
    expect((await loader.inspect(it.table.task, it.table.target))).toMatchObject({ tableOid: oid, ledger: { targetOid: oid, seq: 1 } });
    const layout = await world.redshift.rows(`SELECT column_name, distkey, sortkey FROM svv_redshift_columns WHERE schema_name = '${it.table.target.schema}' AND table_name = 'rebuilt_whole' ORDER BY ordinal_position`);
    expect(layout.map((row) => Object.values(row).join(' '))).toEqual(['id t 2', 'note f 0', 'at f 1', 'five f 0']);
    const rights = await world.redshift.rows(`SELECT has_table_privilege('${world.redshift.stranger.username}', '${it.name}', 'SELECT') AS can`);
    expect(rights[0]?.can).toMatch(/^t/);
    await loader.load(await table.request([await table.stage([[3n]])], 1));
    expect(await it.table.rows()).toEqual(['1|NULL|NULL|5', '2|NULL|NULL|5', '3|NULL|NULL|5', '9|1|NULL|5']);
  });

  test('a column that counts keeps its values and goes on behind them, through one rebuild and the next', async () => {
    const it = await ready('rebuilt_counting', 'sk BIGINT IDENTITY(10,5), down BIGINT GENERATED BY DEFAULT AS IDENTITY(-1,-1), id BIGINT NOT NULL, note INTEGER, other INTEGER', 'INSERT INTO $t (id, note) VALUES (1, 1)', 'INSERT INTO $t (id, note) VALUES (2, 2)', 'DELETE FROM $t WHERE id = 1');
    const rows = (): Promise<readonly string[]> => world.redshift.rows(`SELECT sk, down, id FROM ${it.name} ORDER BY id`).then((found) => found.map((row) => Object.values(row).join('|')));
    expect(await rows()).toEqual(['15|-2|2']);
    const first = await loader.prepare(it.request([idColumn, bigint('note')], {}, { allowRebuild: true }));
    expect(first.findings.map(({ message }) => message)).toEqual([expect.stringContaining('sk keeps its values and is GENERATED BY DEFAULT AS IDENTITY now; down keeps its values') as string, expect.stringContaining('other') as string]);
    expect((await it.columns()).slice(0, 2)).toEqual([expect.stringMatching(/^sk bigint NOT NULL DEFAULT default_identity\(\d+, 0, '20,5'::text\)$/), expect.stringContaining("'-3,-1'") as string]);
    const table = world.table('rebuilt_counting', [idColumn], { version_columns: [] });
    await loader.load(await table.request([await table.stage([[3n]])], 1));
    await loader.prepare(it.request([idColumn, bigint('note'), bigint('other')], {}, { allowRebuild: true }));
    await loader.load(await table.request([await table.stage([[4n]])], 1));
    expect(await rows()).toEqual(['15|-2|2', '20|-3|3', '25|-4|4']);
  });

  test('a bound view, and a value that does not fit, leave the table as it was', async () => {
    const it = await ready('viewed', 'id BIGINT NOT NULL, note INTEGER', 'INSERT INTO $t VALUES (1, 1)', 'CREATE VIEW $t_view AS SELECT id FROM $t');
    const request = it.request([idColumn, bigint('note')], {}, { allowRebuild: true });
    await expect(loader.prepare(request)).rejects.toMatchObject({ code: 'TARGET_REBUILD_BLOCKED', exit: 15 });
    expect(await it.columns()).toEqual(['id bigint NOT NULL', 'note integer']);
    expect(await it.table.rows()).toEqual(['1|1']);
  });

  test('a holder whose generation is over changes nothing', async () => {
    const it = await ready('fenced_change', 'id BIGINT NOT NULL');
    await loader.fence({ task: it.table.task, target: it.table.target, epoch: 1, generation: 5, runId: 'run5', sourceId: 'source' });
    await expect(loader.prepare(it.request([idColumn, integer('five')], { added: { five: null } }))).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    expect(await it.columns()).toEqual(['id bigint NOT NULL']);
  });
});

test.each(['freeze', 'discard'] as const)('%s changes nothing, and says what is missing', async (contract) => {
  const it = await ready(`kept_${contract}`, 'id BIGINT NOT NULL, note VARCHAR(20)');
  await expect(loader.prepare(it.request([idColumn, varchar('note', 80), integer('five')], { fresh: true }, { contract, allowRebuild: true }))).rejects.toMatchObject({
    code: 'TARGET_COLUMNS_DIFFER', message: expect.stringContaining('note is character varying(20), which does not hold every VARCHAR(80); five is missing (INTEGER)') as string,
  });
  expect(await it.columns()).toEqual(['id bigint NOT NULL', 'note character varying(20)']);
});

describe('a table that Tidemark did not create', () => {
  test('types that hold the values are cast, further columns stay, and all of it is said', async () => {
    const it = await ready('adopted', 'sk BIGINT IDENTITY(1,1), id BIGINT NOT NULL, year VARCHAR(255), amount DECIMAL(18,4) NOT NULL, loaded_at TIMESTAMP DEFAULT GETDATE()');
    const columns = [idColumn, column('year', { name: 'SMALLINT' }), column('amount', { name: 'DECIMAL', precision: 10, scale: 2 })];
    const prepared = await loader.prepare(it.request(columns, { fresh: true }));
    expect(prepared.casts).toEqual({ year: { redshift: { name: 'VARCHAR', bytes: 255 }, by: 'cast' } });
    expect(prepared.findings.map(({ code, message }) => [code, message])).toEqual([
      ['TARGET_CASTS', `${it.name} has columns of other types, which hold the values exactly; they are cast: year to character varying(255).`],
      ['TARGET_NOT_NULL', `Columns amount of ${it.name} are NOT NULL: a NULL from the source stops the load.`],
      ['TARGET_MORE_COLUMNS', `${it.name} has columns that the source does not have: loaded_at. Rows that are replaced whole lose what stands in them.`],
    ]);
  });

  test.each([
    ['a column whose values Redshift makes', 'id BIGINT IDENTITY(1,1)', [idColumn], 'id is an IDENTITY column, whose values Redshift makes'],
    ['a key of another kind', 'id VARCHAR(40)', [idColumn], 'id is character varying(40), and a key of BIGINT cannot be compared with it'],
    ['a type that nothing holds together', 'id BIGINT, note DATE', [idColumn, integer('note')], 'note is date, which does not hold every INTEGER'],
    ['a required column', 'id BIGINT, must INTEGER NOT NULL', [idColumn], 'must (integer) is NOT NULL without a default'],
  ])('%s cannot be taken', async (what, ddl, columns, message) => {
    const it = await ready(what.replace(/\W+/g, '_').toLowerCase(), ddl);
    await expect(loader.prepare(it.request(columns, { fresh: true }, { allowRebuild: true }))).rejects.toMatchObject({ code: 'TARGET_COLUMNS_DIFFER', message: expect.stringContaining(message) as string });
  });

  test('a ledger is handed over: an epoch of its own for the new owner, the former one is refused', async () => {
    const it = await ready('handed_over', 'id BIGINT NOT NULL');
    const task = { ...it.table.task, pipeline: 'other_pipeline' };
    await expect(loader.inspect(task, it.table.target)).rejects.toMatchObject({ code: 'LEDGER_OWNED', exit: 21 });
    const fence = { task, target: it.table.target, generation: 2, runId: 'run2', sourceId: null, adopt: true };
    await expect(loader.fence({ ...fence, epoch: 1 })).rejects.toMatchObject({ code: 'LEDGER_EPOCH' });
    await expect(loader.fence({ ...fence, epoch: 2, generation: 0 })).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    expect(await loader.fence({ ...fence, epoch: 2 })).toMatchObject({ owner: expect.stringContaining('other_pipeline') as string, seq: 0 });
    await expect(loader.inspect(it.table.task, it.table.target)).rejects.toMatchObject({ code: 'LEDGER_OWNED' });
  });
});

test('columns that the source has no more are NULL in new rows, whatever their default', async () => {
  const it = await ready('dropped', 'id BIGINT NOT NULL, five INTEGER DEFAULT 5', 'INSERT INTO $t VALUES (9, 9)');
  const table = world.table('dropped', [idColumn], { version_columns: [] });
  const prepared = await loader.prepare(it.request([idColumn], { dropped: [integer('five')] }));
  expect(prepared.nulls.map(({ name }) => name)).toEqual(['five']);
  await loader.load(await table.request([await table.stage([[1n]])], 1, { prepared }));
  expect(await table.rows()).toEqual(['1|NULL', '9|9']);
});

describe('a process that ends at any statement leaves what the next run completes', () => {
  const cases = [
    { name: 'rename and add', ddl: 'note VARCHAR(20)', columns: [idColumn, varchar('remark', 20), integer('five')], shape: { renamed: { remark: 'note' }, added: { five: '5' } }, rows: ['1|x|5', '2|NULL|5'] },
    { name: 'widen and add', ddl: 'note VARCHAR(20)', columns: [idColumn, varchar('note', 80), integer('five')], shape: { added: { five: '5' } }, rows: ['1|x|5', '2|NULL|5'] },
    { name: 'build anew', ddl: 'note VARCHAR(20), n INTEGER, sk BIGINT IDENTITY(7,1)', columns: [idColumn, varchar('note', 80), bigint('n'), integer('five')], shape: { added: { five: '5' } }, rows: ['1|x|NULL|7|5', '2|NULL|NULL|8|5'] },
  ];
  test.each(cases)('$name', { timeout: 0 }, async ({ name, ddl, columns, shape, rows }) => {
    let died = 0;
    for (let nth = 1; nth <= 60; nth += 1) {
      const moments = [];
      for (const moment of ['before', 'after'] as const) {
        const it = await ready(`${name.replace(/\W+/g, '_')}_${moment}_${nth}`, `id BIGINT NOT NULL, ${ddl}`, "INSERT INTO $t (id, note) VALUES (1, 'x'), (2, NULL)");
        const request = it.request(columns, shape, { allowRebuild: true });
        const dying = dyingOpener(world.openSession, nth, moment);
        await world.loader({ openSession: dying.open, retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 } }).prepare(request).catch(() => undefined);
        moments.push(dying.hasDied());
        const { oid } = await loader.prepare(request);
        expect(await it.table.rows(), `${moment} statement ${nth}`).toEqual(rows);
        expect(await loader.inspect(it.table.task, it.table.target)).toMatchObject({ tableOid: oid });
        const left = await world.redshift.rows(`SELECT table_name FROM svv_tables WHERE table_schema = '${it.table.target.schema}' AND table_name LIKE 'tidemark_re%'`);
        expect(left, 'nothing is left over').toEqual([]);
      }
      if (!moments.includes(true)) break;
      died += 1;
    }
    expect(died).toBeGreaterThan(5);
  });
});
