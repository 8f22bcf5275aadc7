import type { ResolvedTable } from '@tidemark/config';
import type { SourceTable } from '@tidemark/domain';
import { stateKeys } from '@tidemark/layout';
import { describe, expect, test } from 'vitest';
import { MEMORY_SETTINGS, MEMORY_TABLE, MEMORY_TASK, MemorySource, MemoryWorld, type RunOptions } from '../testing/index.ts';
import { checkTables } from './check-tables.ts';
import { SyncError } from './errors.ts';
import { previewTables } from './plan-pipeline.ts';
import type { SourcePort } from './ports.ts';
import type { PipelineSettings } from './sync-request.ts';

/** A source of which only definition and clock may be asked. */
class DefinitionOnly implements SourcePort {
  readonly asked: string[] = [];
  readonly #memory = new MemorySource();
  readonly #change: (table: SourceTable) => SourceTable;

  constructor(change: (table: SourceTable) => SourceTable = (table) => table) {
    this.#change = change;
    this.#memory.put(1, 'x');
    this.#memory.put(2, 'y');
  }

  async describe(schema: string, table: string): Promise<SourceTable> {
    this.asked.push(`describe ${schema} ${table}`);
    return this.#change(await this.#memory.describe(schema, table));
  }
  clock() {
    this.asked.push('clock');
    return this.#memory.clock();
  }
  hasRows(): Promise<boolean> {
    throw new Error('a preview reads no rows');
  }
  read(): never {
    throw new Error('a preview reads no rows');
  }
  describeQuery(): never {
    throw new Error('no query stands in the place of this table');
  }
  openTransactions(): never {
    throw new Error('a preview of this table waits for nobody');
  }
  explain() {
    this.asked.push('explain');
    return this.#memory.explain();
  }
  snapshot(): never {
    throw new Error('a preview holds no snapshot');
  }
}

const preview = async (table: Partial<ResolvedTable> = {}, source = new DefinitionOnly()) => (await previewTables(MEMORY_SETTINGS, [{ ...MEMORY_TABLE, ...table }], { source, watermarks: null }))[0]!;

test('a preview says what would be read, how, and what would be made of it', async () => {
  expect(await preview()).toMatchObject({
    table: 'SHOP_RO:sales.orders', target: { schema: 'reporting', table: 'orders', workSchema: 'work' }, strategy: 'hybrid', mode: 'merge',
    cursor: ['updated_at', 'id'], keys: ['id'], estimatedRows: 2, bound: '2023-11-14 22:13:19.000000',
    columns: [
      { source: 'id', name: 'id', sourceType: 'bigint(20)', redshift: { name: 'BIGINT' } },
      { source: 'updated_at', name: 'updated_at', sourceType: 'datetime(6)', redshift: { name: 'TIMESTAMP' } },
      { source: 'state', name: 'state', sourceType: 'varchar(40)', redshift: { name: 'VARCHAR', bytes: 160 } },
    ],
  });
});

test('the SQL is what a run would send: a first load by key, then increments below the bound, a batch at a time', async () => {
  const { firstLoad, increment, bound, createTable } = await preview();
  const [firstLoadSql, incrementSql] = [firstLoad?.sql, increment?.sql];
  expect(firstLoadSql).toMatch(/from `sales`\.`orders`.* order by `?.*id`? limit 10$/s);
  expect(firstLoadSql).not.toContain('`updated_at` <');
  expect(incrementSql).toContain(`'${bound}'`);
  expect(incrementSql).toMatch(/order by .*`updated_at`, .*`id` limit 10$/s);
  expect(createTable).toMatch(/^CREATE TABLE .*"?reporting"?\."?orders"?/is);
});

test('a first load that is appended, or whose times may come twice, ends at its mark', async () => {
  const ended = async (table: Partial<ResolvedTable>, settings: Partial<PipelineSettings> = {}) => {
    const [found] = await previewTables({ ...MEMORY_SETTINGS, ...settings }, [{ ...MEMORY_TABLE, ...table }], { source: new DefinitionOnly(), watermarks: null });
    return found!.firstLoad!.sql.includes(`\`updated_at\` < '${found!.bound}'`);
  };
  expect([await ended({}), await ended({ loadMode: 'append' }), await ended({}, { cursorTimeZone: 'Europe/Berlin' })]).toEqual([false, true, true]);
});

test('nothing is asked but the definition, the clock, and how the queries will be answered', async () => {
  const source = new DefinitionOnly();
  await preview({}, source);
  expect(source.asked).toEqual(['describe sales orders', 'clock', 'clock', 'explain', 'explain']);
});

test('a table name with dots ends its schema at the first one', async () => {
  const source = new DefinitionOnly();
  await preview({ name: 'sales.orders.2026', scopedName: 'SHOP_RO:sales.orders.2026' }, source);
  expect(source.asked[0]).toBe('describe sales orders.2026');
});

test('tables are previewed in the order given; none is no preview', async () => {
  const tables = [{ ...MEMORY_TABLE, name: 'sales.b', scopedName: 'S:sales.b' }, { ...MEMORY_TABLE, name: 'sales.a', scopedName: 'S:sales.a' }];
  expect((await previewTables(MEMORY_SETTINGS, tables, { source: new DefinitionOnly(), watermarks: null })).map(({ table }) => table)).toEqual(['S:sales.b', 'S:sales.a']);
  expect(await previewTables(MEMORY_SETTINGS, [], { source: new DefinitionOnly(), watermarks: null })).toEqual([]);
});

describe('findings', () => {
  const codes = async (change: (table: SourceTable) => SourceTable): Promise<readonly (readonly [string, string])[]> => (await preview({}, new DefinitionOnly(change))).findings.map(({ code, severity }) => [code, severity]);
  const cursor = (more: object) => (table: SourceTable): SourceTable => ({ ...table, columns: table.columns.map((column) => (column.name === 'updated_at' ? { ...column, ...more } : column)) });

  test('what merge cannot see is always said', async () => {
    expect(await codes((table) => table)).toEqual([['DDL_KEYS_PROPOSED', 'info'], ['DELETES_NOT_SEEN', 'info']]);
  });

  test.each<readonly [string, (table: SourceTable) => SourceTable, string, string]>([
    ['no index begins with the cursor', (table) => ({ ...table, indexes: table.indexes.slice(0, 1) }), 'CURSOR_NOT_INDEXED', 'warning'],
    ['an index has the cursor in second place', (table) => ({ ...table, indexes: [{ name: 'i', isUnique: false, columns: ['id', 'updated_at'] }] }), 'CURSOR_NOT_INDEXED', 'warning'],
    ['the cursor is not touched by an update', cursor({ extra: '' }), 'CURSOR_NOT_TOUCHED', 'info'],
    ['the cursor may be NULL', cursor({ isNullable: true }), 'CURSOR_NULLABLE', 'warning'],
  ])('%s', async (_name, change, code, severity) => {
    expect(await codes(change)).toContainEqual([code, severity]);
  });

  test('each has a remedy and names its table', async () => {
    const { findings } = await preview({}, new DefinitionOnly((table) => cursor({ extra: '', isNullable: true })({ ...table, indexes: [] })));
    expect(findings.length).toBeGreaterThanOrEqual(4);
    for (const finding of findings) {
      expect(finding.remedy.length, finding.code).toBeGreaterThan(0);
      expect(finding.table, finding.code).toBe('sales.orders');
    }
  });
});

test.each<readonly [string, (table: SourceTable) => SourceTable]>([
  ['without a primary key', (table) => ({ ...table, primaryKey: [], indexes: [] })],
  ['without the cursor column', (table) => ({ ...table, columns: table.columns.filter(({ name }) => name !== 'updated_at') })],
])('a table %s cannot be planned, and the error has a code', async (_name, change) => {
  await expect(preview({}, new DefinitionOnly(change))).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), exit: 10, remedy: expect.arrayContaining([expect.any(String)]) });
});

test('an index is told with each query, and a server that does not explain stops nothing', async () => {
  const { firstLoad, increment } = await preview();
  expect([firstLoad, increment]).toMatchObject([{ index: 'cursor', access: 'range', refusal: null }, { index: 'cursor', access: 'range', refusal: null }]);
  const source = new DefinitionOnly();
  source.explain = () => Promise.reject(new SyncError('SYNC_NO_PROGRESS', { message: 'no right to SHOW VIEW' }));
  expect((await preview({}, source)).increment).toMatchObject({ index: null, access: null, explain: [], refusal: 'no right to SHOW VIEW' });
});

describe('rows that change with those of another table', () => {
  const key = { name: 'of_shop', columns: ['shop_id'], references: 'sales.shops' };
  const codes = async (rules: object, table: Partial<ResolvedTable> = {}) => {
    const source = new MemorySource();
    const describe = source.describe.bind(source);
    source.describe = async (schema, name) => ({ ...(await describe(schema, name)), foreignKeys: [{ ...key, ...rules }] });
    const [{ findings } = { findings: [] }] = await previewTables(MEMORY_SETTINGS, [{ ...MEMORY_TABLE, ...table }], { source, watermarks: null });
    return findings.map(({ code }) => code).filter((code) => code.startsWith('CASCADE'));
  };

  test.each<readonly [object, readonly string[]]>([
    [{ onUpdate: 'CASCADE', onDelete: 'RESTRICT' }, ['CASCADE_NOT_SEEN']],
    [{ onUpdate: 'SET NULL', onDelete: 'NO ACTION' }, ['CASCADE_NOT_SEEN']],
    [{ onUpdate: 'NO ACTION', onDelete: 'SET NULL' }, ['CASCADE_NOT_SEEN']],
    [{ onUpdate: 'RESTRICT', onDelete: 'CASCADE' }, ['CASCADE_DELETES']],
    [{ onUpdate: 'CASCADE', onDelete: 'CASCADE' }, ['CASCADE_NOT_SEEN', 'CASCADE_DELETES']],
    [{ onUpdate: 'RESTRICT', onDelete: 'NO ACTION' }, []],
    [{}, []],
  ])('%j', async (rules, found) => {
    expect(await codes(rules)).toEqual(found);
  });

  test('a reading by id alone sees no change anyway', async () => {
    expect(await codes({ onUpdate: 'CASCADE' }, { loadMode: 'append', reading: { strategy: 'id_only', idColumn: null, idLookback: 0, lateCommits: 'accept', additionalWhere: null } })).toEqual([]);
  });
});

describe('what a run would be stopped by is a finding', () => {
  const guarded = { reading: { ...MEMORY_TABLE.reading, lateCommits: 'guard' } as ResolvedTable['reading'] };

  test('a replica with guard: the bound is the one without', async () => {
    const source = new MemorySource();
    source.put(1, 'x');
    source.isReplica = true;
    source.advance(5_000_000n);
    const [found] = await previewTables(MEMORY_SETTINGS, [{ ...MEMORY_TABLE, ...guarded }], { source, watermarks: null });
    expect(found).toMatchObject({ exit: new SyncError('SYNC_GUARD_REPLICA', { message: '' }).exit, bound: expect.any(String), increment: { sql: expect.any(String) } });
    expect(found!.findings.slice(0, 2)).toMatchObject([{ code: 'SYNC_GUARD_REPLICA', severity: 'error' }, { code: 'SOURCE_IS_REPLICA', severity: 'info', message: expect.stringContaining(source.nowText) as string }]);
  });

  test.each([
    [{ kind: 'seconds', seconds: 93 }, 'info', 'It says that it is 93 seconds behind its source.', 'Compare'],
    [{ kind: 'seconds', seconds: 1 }, 'info', 'It says that it is 1 second behind its source.', 'Compare'],
    [{ kind: 'stopped' }, 'warning', 'Its replication does not run', 'SHOW REPLICA STATUS'],
    [{ kind: 'hidden' }, 'info', 'the user may not see its replication', 'GRANT REPLICATION CLIENT'],
    [{ kind: 'untold' }, 'info', 'it names no source', 'Compare'],
  ] as const)('the lag of a replica is told: %j', async (lag, severity, message, remedy) => {
    const source = new MemorySource();
    source.put(1, 'x');
    source.isReplica = true;
    source.replicaLag = lag;
    const [found] = await previewTables(MEMORY_SETTINGS, [MEMORY_TABLE], { source, watermarks: null });
    expect(found!.findings.find(({ code }) => code === 'SOURCE_IS_REPLICA')).toMatchObject({ severity, message: expect.stringContaining(message) as string, remedy: [expect.stringContaining(remedy)] });
  });

  test('transactions that a run would wait for are waited for by none', async () => {
    const source = new MemorySource();
    source.put(1, 'x');
    source.begin(2, 'open');
    const reading: ResolvedTable['reading'] = { strategy: 'id_only', idColumn: null, idLookback: 0, lateCommits: 'guard', additionalWhere: null };
    const [found] = await previewTables(MEMORY_SETTINGS, [{ ...MEMORY_TABLE, reading, loadMode: 'append' }], { source, watermarks: null });
    expect(found).toMatchObject({ exit: 0, increment: { sql: expect.any(String) } });
    expect(found!.findings[0]).toMatchObject({ code: 'GUARD_WAITS', severity: 'info' });
  });
});

describe('with a state', () => {
  const synced = async (more: RunOptions = {}) => {
    const world = new MemoryWorld();
    for (const id of [1, 2, 3]) world.source.put(id, 'new');
    world.source.advance(5_000_000n);
    expect(await world.sync(more)).toMatchObject({ status: 'success' });
    return world;
  };
  const previewOf = (world: MemoryWorld, table: Partial<ResolvedTable> = {}, settings: Partial<PipelineSettings> = {}) =>
    world.command(async (_request, ports) => (await previewTables({ ...MEMORY_SETTINGS, ...settings }, [{ ...MEMORY_TABLE, ...table }], { source: world.source, watermarks: ports.watermarks }))[0]!);

  test('the increment is the one that the next run sends', async () => {
    const world = await synced();
    world.source.put(4, 'later');
    world.source.advance(5_000_000n);
    await world.sync();
    const { from, increment, exit } = await previewOf(world);
    expect([from, exit]).toEqual([(await world.watermark())!.staged_through.position, 0]);
    expect(increment?.sql).toContain(" > '2023-11-14 ");
  });

  test('columns, key of hashes and server are held against it', async () => {
    const world = await synced({ table: { hashColumns: ['state'] }, settings: { hashKey: 'v1:first' } });
    world.source.serverId = 'another';
    const { findings, exit } = await previewOf(world, { hashColumns: ['state'], schemaContract: 'freeze', includeColumns: ['id', 'updated_at', 'state'] }, { hashKey: 'v1:second' });
    expect(findings.map(({ code }) => code).slice(0, 2)).toEqual(['STATE_OTHER_SOURCE', 'HASH_KEY_CHANGED']);
    expect(exit).toBe(21);
  });

  test('a frozen schema that changed, a cursor that is another', async () => {
    const world = await synced();
    expect((await previewOf(world, { schemaContract: 'freeze', excludeColumns: ['state'] })).findings[0]).toMatchObject({ code: 'SCHEMA_FROZEN', severity: 'error' });
    const reading: ResolvedTable['reading'] = { strategy: 'id_only', idColumn: null, idLookback: 0, lateCommits: 'accept', additionalWhere: null };
    expect(await previewOf(world, { reading, loadMode: 'append' })).toMatchObject({ from: null, exit: 21, findings: expect.arrayContaining([expect.objectContaining({ code: 'CDC_POSITION' })]) as unknown });
  });

  test('a document that cannot be read does not hide the plan', async () => {
    const world = await synced();
    await world.store.put(stateKeys({ watermarkPath: 'watermark/', task: MEMORY_TASK }).watermark, '{ "epoch": ');
    const found = await previewOf(world);
    expect(found).toMatchObject({ from: null, increment: { sql: expect.any(String) } });
    expect(found.findings[0]).toMatchObject({ severity: 'error' });
    expect(found.exit).toBeGreaterThan(0);
  });
});

test('a check of several tables has the reason of one that cannot be planned among its findings', async () => {
  const source = new DefinitionOnly((table) => (table.table === 'b' ? { ...table, columns: table.columns.slice(0, 1) } : table));
  const tables = ['a', 'b'].map((name) => ({ ...MEMORY_TABLE, name: `sales.${name}`, scopedName: `S:sales.${name}` }));
  expect(await checkTables(MEMORY_SETTINGS, tables, { source, watermarks: null })).toMatchObject([
    { table: 'S:sales.a', strategy: 'hybrid', mode: 'merge', exit: 0 },
    { table: 'S:sales.b', strategy: null, mode: null, exit: 10, findings: [{ severity: 'error', table: 'sales.b', remedy: expect.arrayContaining([expect.any(String)]) as unknown }] },
  ]);
});
