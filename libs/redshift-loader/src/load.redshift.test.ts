import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import { codeColumn, idColumn, noteColumn, updatedColumn } from '../test/staged-columns.ts';
import { createLedgerReader, ledgerTable, type RedshiftTarget } from './index.ts';

const columns = [idColumn, noteColumn, updatedColumn];
const at = '2026-01-31 12:00:00.000000';

let world: LoadWorld;
let loader: RedshiftTarget;
const stops: (() => void)[] = [];
beforeAll(async () => {
  world = await loadWorld();
  loader = world.loader();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

type Hook = Parameters<NonNullable<LoadWorld['redshift']['emulator']>['hooks']['on']>[0];
const hook = (listener: Hook): void => void stops.push(world.redshift.emulator!.hooks.on(listener));
const fence = (table: WorldTable, generation: number, of: RedshiftTarget = loader) => of.fence({ task: table.task, target: table.target, epoch: 1, generation, runId: `run${generation}`, sourceId: null });

async function readyTable(name: string): Promise<WorldTable> {
  const table = world.table(name, columns);
  await fence(table, 1);
  await loader.prepare({ target: table.target, columns, keys: ['id'] });
  return table;
}

/** A hook for the first statement of a kind about a table, at a phase. */
function once(text: RegExp, phase: 'before' | 'during' | 'after', reply: () => ReturnType<Hook>): void {
  let isDone = false;
  hook((event) => {
    if (isDone || event.phase !== phase || !text.test(event.sql)) return undefined;
    isDone = true;
    return reply();
  });
}

test('inspect finds nothing where nothing is, and makes nothing', async () => {
  const { task, target } = world.table('nothing', columns);
  expect(await loader.inspect(task, target)).toEqual({ ledger: null, tableOid: null });
  expect(await loader.inspect(task, target)).toEqual({ ledger: null, tableOid: null });
});

test('I4: a fence shuts out older generations and may be repeated', async () => {
  const table = await readyTable('fenced');
  const batch = await table.stage([[1n, 'a', at]]);
  await fence(table, 2);
  expect(await fence(table, 2)).toMatchObject({ generation: 2, epoch: 1, seq: 0 });
  await expect(fence(table, 1)).rejects.toMatchObject({ code: 'LEDGER_FENCED', exit: 21 });
  await expect(loader.load(await table.request([batch], 1))).rejects.toMatchObject({ code: 'LEDGER_FENCED', exit: 21 });
  expect(await table.rows()).toEqual([]);
  await loader.load(await table.request([batch], 2));
  const rows = await createLedgerReader({ openSession: world.openSession }).list(table.target);
  expect(rows.map((row) => [row.kind, row.generation, row.seq, row.rowsInserted])).toEqual([['batch', 2, 1, 1], ['fence', 2, 0, 0], ['fence', 1, 0, 0]]);
});

test('another pipeline is refused', async () => {
  const table = await readyTable('owned');
  const task = { ...table.task, pipeline: 'other_pipeline' };
  await expect(loader.fence({ task, target: table.target, epoch: 1, generation: 9, runId: 'r', sourceId: null })).rejects.toMatchObject({ code: 'LEDGER_OWNED', exit: 21 });
});

test('a second ledger of one table, in another work schema, is refused', async () => {
  const table = await readyTable('elsewhere');
  const other = { ...table.target, workSchema: table.target.schema };
  await expect(loader.fence({ task: table.task, target: other, epoch: 1, generation: 5, runId: 'run5', sourceId: null })).rejects.toMatchObject({ code: 'LEDGER_ELSEWHERE', exit: 21, details: { elsewhere: [table.target.workSchema] } });
  expect(await fence(table, 2)).toMatchObject({ generation: 2 });
});

test('a new epoch starts at number 1, and batches of the old one never load', async () => {
  const table = await readyTable('epochs');
  const old = await table.stage([[1n, 'a', at]]);
  await loader.fence({ task: table.task, target: table.target, epoch: 2, generation: 2, runId: 'run2', sourceId: null });
  expect((await loader.inspect(table.task, table.target)).ledger).toMatchObject({ epoch: 2, seq: 0, manifestSha256: null, targetOid: null });
  await expect(loader.load(await table.request([old], 2))).rejects.toMatchObject({ code: 'LEDGER_EPOCH', exit: 21 });
});

test('four that fence a new table at once: one ledger, and the generations in order', async () => {
  const table = world.table('raced', columns);
  const results = await Promise.allSettled([1, 2, 3, 4].map((generation) => fence(table, generation)));
  expect(results.filter((result) => result.status === 'rejected').map((result) => (result.reason as { code: string }).code).filter((code) => code !== 'LEDGER_FENCED')).toEqual([]);
  expect((await loader.inspect(table.task, table.target)).ledger?.generation).toBe(4);
});

test('loads of different tables at once do not disturb each other', async () => {
  const tables = await Promise.all(['p1', 'p2', 'p3'].map((name) => readyTable(name)));
  const strict = world.loader({ retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 } });
  await Promise.all(tables.map(async (table) => {
    for (let batch = 0; batch < 4; batch += 1) await strict.load(await table.request([await table.stage([[BigInt(batch), 'x', at]])], 1));
  }));
  for (const table of tables) expect(await table.ledgerSeqs()).toEqual([1, 2, 3, 4]);
});

test('I3: gaps and forks are refused', async () => {
  const table = await readyTable('gaps');
  const [first, second, third] = [await table.stage([[1n, 'a', at]]), await table.stage([[2n, 'a', at]]), await table.stage([[3n, 'a', at]])];
  await expect(loader.load(await table.request([second], 1))).rejects.toMatchObject({ code: 'LEDGER_SEQUENCE' });
  await loader.load(await table.request([first], 1));
  await expect(loader.load(await table.request([third], 1))).rejects.toMatchObject({ code: 'LEDGER_SEQUENCE' });
  await expect(loader.load(await table.request([first, second], 1))).rejects.toMatchObject({ code: 'LEDGER_SEQUENCE' });
  await expect(loader.load(await table.request([{ ...first, sha256: 'f'.repeat(64) }], 1))).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
  await expect(loader.load(await table.request([{ ...second, manifest: { ...second.manifest, previous_manifest_sha256: 'f'.repeat(64) } }], 1))).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
  await loader.load(await table.request([second, third], 1));
  expect(await table.ledgerSeqs()).toEqual([1, 2, 3]);
});

test('1023 on the first two tries, then loaded once', async () => {
  const table = await readyTable('conflicts');
  const error = { code: 'XX000', message: '1023', detail: 'Serializable isolation violation on table - 1, transactions forming the cycle are: 1, 2 (pid:1)' };
  world.redshift.emulator!.hooks.failNext((event) => /^INSERT INTO .*"conflicts"/.test(event.sql), error);
  world.redshift.emulator!.hooks.failNext((event) => event.kind.toLowerCase() === 'commit', error);
  const receipt = await loader.load(await table.request([await table.stage([[1n, 'a', at]])], 1));
  expect(receipt.wasAlreadyLoaded).toBe(false);
  expect([await table.rows(), await table.ledgerSeqs()]).toEqual([['1|a|2026-01-31 12:00:00'], [1]]);
});

test.each([
  ['before BEGIN', /^BEGIN/, 'before'], ['before LOCK', /^LOCK/, 'before'], ['after LOCK', /^LOCK/, 'after'], ['before COPY', /^COPY/, 'before'], ['inside COPY', /^COPY/, 'during'],
  ['after COPY', /^COPY/, 'after'], ['after DELETE', /^DELETE FROM "test/, 'after'], ['after INSERT', /^INSERT INTO "test.*tidemark_stage/, 'after'],
  ['after the ledger row', /^INSERT INTO .*tidemark_ledger/, 'after'], ['before COMMIT', /^COMMIT/, 'before'], ['after COMMIT, its answer lost', /^COMMIT/, 'after'],
] as const)('I2, I3: a connection cut %s: rows and ledger row once', async (name, text, phase) => {
  const table = await readyTable(`cut_${name.replace(/\W+/g, '_').toLowerCase()}`);
  const request = await table.request([await table.stage([[1n, 'a', at], [2n, 'b', at]])], 1);
  let wasCut = false;
  once(text, phase, () => {
    wasCut = true;
    return 'drop-connection';
  });
  const receipt = await loader.load(request);
  expect(wasCut).toBe(true);
  expect(receipt).toMatchObject({ wasAlreadyLoaded: false, batches: [{ rowsCopied: 2, rowsInserted: 2, rowsDeleted: 0 }] });
  expect([await table.rows(), await table.ledgerSeqs()]).toEqual([['1|a|2026-01-31 12:00:00', '2|b|2026-01-31 12:00:00'], [1]]);
  expect(await loader.load(request)).toMatchObject({ wasAlreadyLoaded: true });
});

test.each([['ended', false], ['out of reach, and waited for', true]])('I3: a COMMIT that lands after the reconnect; its session is %s', async (name, isOutOfReach) => {
  const table = await readyTable(`late_${name.replace(/\W+/g, '_')}`);
  const request = await table.request([await table.stage([[1n, 'a', at]])], 1);
  const cuts: ((error: Error) => void)[] = [];
  // The client loses its connections at will, and Redshift does not notice.
  const openSession: LoadWorld['openSession'] = async (purpose) => {
    const session = await world.openSession(purpose);
    const cut = Promise.withResolvers<never>();
    cut.promise.catch(() => undefined);
    cuts.push(cut.reject);
    stops.push(() => void session.close());
    return { ...session, query: (sql, values) => Promise.race([session.query(sql, values), cut.promise]), close: async () => undefined };
  };
  let committedAt = 0;
  once(/^COMMIT/, 'before', async () => {
    cuts[0]!(new Error('Connection terminated unexpectedly'));
    await delay(1_000);
    committedAt = performance.now();
  });
  if (isOutOfReach) world.redshift.emulator!.hooks.failNext((event) => event.sql.includes('pg_terminate_backend'), { code: '42501', message: 'must be superuser to signal other server processes' });
  const receipt = await world.loader({ openSession }).load(request);
  if (isOutOfReach) expect(performance.now()).toBeGreaterThan(committedAt);
  expect([await table.rows(), await table.ledgerSeqs()]).toEqual([['1|a|2026-01-31 12:00:00'], [1]]);
  expect(receipt.batches).toEqual([{ batchId: request.group[0]!.manifest.batch_id, seq: 1, rowsCopied: 1, rowsInserted: 1, rowsDeleted: 0 }]);
  const copies = world.redshift.emulator!.statements().filter((statement) => statement.sql.startsWith('COPY') && statement.sql.includes(request.copyManifestUrl));
  expect(copies).toHaveLength(isOutOfReach ? 1 : 2);
});

test('I4: a holder frozen inside its transaction is ended by the next fence, and what it then sends counts for nothing', async () => {
  const table = await readyTable('frozen');
  const batch = await table.stage([[1n, 'a', at]]);
  const thaw = Promise.withResolvers<void>();
  const isFrozen = Promise.withResolvers<void>();
  once(/^INSERT INTO .*"frozen"/, 'before', async () => {
    isFrozen.resolve();
    await thaw.promise;
  });
  const loading = loader.load(await table.request([batch], 1)).catch((error: unknown) => error);
  await isFrozen.promise;
  const startedAt = performance.now();
  expect(await fence(table, 2, world.loader({ lockWaitMs: 300 }))).toMatchObject({ generation: 2, seq: 0 });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(await loader.load(await table.request([batch], 2))).toMatchObject({ wasAlreadyLoaded: false });
  thaw.resolve();
  expect(await loading).toMatchObject({ code: 'LEDGER_FENCED' });
  expect([await table.rows(), await table.ledgerSeqs()]).toEqual([['1|a|2026-01-31 12:00:00'], [1]]);
});

test('I5: a manifest that names another number of rows is refused', async () => {
  const table = await readyTable('counted');
  const staged = await table.stage([[1n, 'a', at], [2n, 'b', at]]);
  const wrong = { ...staged, manifest: { ...staged.manifest, counts: { ...staged.manifest.counts, rows: 3 }, parts: staged.manifest.parts.map((part) => ({ ...part, rows: 3 })) } };
  await expect(loader.load(await table.request([wrong], 1))).rejects.toMatchObject({ code: 'LOADER_ROW_COUNT_MISMATCH', details: { copied: 2, expected: 3 } });
  expect([await table.rows(), await table.ledgerSeqs()]).toEqual([[], []]);
});

test('P6: a value that does not fit is explained with column and file, and no key is told', async () => {
  const table = world.table('toolong', columns);
  await fence(table, 1);
  await loader.prepare({ target: table.target, columns, keys: ['id'] });
  const error: unknown = await loader.load(await table.request([await table.stage([[1n, 'x'.repeat(201), at]])], 1)).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'LOADER_COPY_FAILED', exit: 15, details: { column: 'note', row: null, file: expect.stringContaining('toolong/1-0.parquet') } });
  expect((error as Error).message).toMatch(/longer than the length defined in the table\. Table: 200, Data: 201/);
  expect(JSON.stringify({ ...(error as object), text: String(error) })).not.toMatch(/SECRET|X-Amz/);
});

test('an object that is gone', async () => {
  const table = await readyTable('gone');
  const staged = await table.stage([[1n, 'a', at]]);
  const request = await table.request([{ ...staged, manifest: { ...staged.manifest, parts: staged.manifest.parts.map((part) => ({ ...part, key: `${part.key}.gone` })) } }], 1);
  await expect(loader.load(request)).rejects.toMatchObject({ code: 'LOADER_COPY_FAILED', exit: 15, remedy: [expect.stringContaining('staged file is gone') as string, expect.stringContaining('batches restage') as string] });
  expect(await table.ledgerSeqs()).toEqual([]);
});

test('prepare makes the table once, also when two do it at the same time', async () => {
  const table = world.table('prepared', columns);
  const [first, second] = await Promise.all([loader.prepare({ target: table.target, columns, keys: ['id'] }), loader.prepare({ target: table.target, columns, keys: ['id'] })]);
  expect(first).toEqual(second);
  const defined = await world.redshift.rows(`SELECT column_name, data_type, is_nullable FROM svv_redshift_columns WHERE schema_name = '${table.target.schema}' AND table_name = 'prepared' ORDER BY ordinal_position`);
  expect(defined.map((row) => Object.values(row).join(' '))).toEqual(['id bigint NO', 'note character varying(200) YES', 'updated_at timestamp without time zone YES']);
});

test('prepare says what differs', async () => {
  const table = world.table('differs', columns);
  await world.redshift.run(`CREATE TABLE ${table.target.schema}.differs (id INTEGER, note VARCHAR(100), extra INTEGER NOT NULL)`, `GRANT ALL ON ${table.target.schema}.differs TO ${world.redshift.loader.username}`);
  await expect(loader.prepare({ target: table.target, columns: [...columns, codeColumn], keys: ['id'] })).rejects.toMatchObject({
    code: 'TARGET_COLUMNS_DIFFER', exit: 15,
    details: { differences: [
      { column: 'id', problem: 'type', staged: 'BIGINT', existing: 'integer' },
      { column: 'note', problem: 'type', staged: 'VARCHAR(200)', existing: 'character varying(100)' },
      { column: 'updated_at', problem: 'missing', staged: 'TIMESTAMP', existing: null },
      { column: 'code', problem: 'missing', staged: 'VARCHAR(40)', existing: null },
      { column: 'extra', problem: 'required', staged: null, existing: 'integer' },
    ] },
  });
  await world.redshift.run(`CREATE VIEW ${table.target.schema}.a_view AS SELECT 1 AS id`);
  await expect(loader.prepare({ target: { ...table.target, table: 'a_view' }, columns, keys: ['id'] })).rejects.toMatchObject({ code: 'TARGET_NOT_A_TABLE', exit: 15 });
});

test('missing rights come with the statements that give them, and giving them is enough', async () => {
  const { schema, workSchema, loader: user } = world.redshift;
  const table = world.table('rights', columns);
  await world.redshift.run(`CREATE TABLE ${schema}.rights (id BIGINT NOT NULL, note VARCHAR(200), updated_at TIMESTAMP)`, `REVOKE CREATE ON SCHEMA ${workSchema} FROM ${user.username}`);
  try {
    const refused: unknown = await fence(table, 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'TARGET_GRANTS', exit: 12, remedy: expect.arrayContaining([`GRANT USAGE, CREATE ON SCHEMA "${workSchema}" TO "${user.username}";`]) });
  } finally {
    await world.redshift.run(`GRANT USAGE, CREATE ON SCHEMA ${workSchema} TO ${user.username}`);
  }
  // What a load will need of a table that is there is asked for by the fence, before anything is read.
  const refused = (await fence(table, 1).catch((error: unknown) => error)) as { code: string; message: string; remedy: readonly string[] };
  expect(refused).toMatchObject({ code: 'TARGET_GRANTS', message: expect.stringContaining(`permission denied for SELECT on ${schema}.rights, INSERT on ${schema}.rights.`) });
  await world.redshift.run(...refused.remedy.filter((line) => line.startsWith('GRANT') && line.includes(`"${schema}"."rights"`)));
  await fence(table, 1);
  const request = await table.request([await table.stage([[1n, 'a', at]])], 1);
  await loader.load(request);
  expect(await table.rows()).toEqual(['1|a|2026-01-31 12:00:00']);
});

test('a dropped target, and another table in its place', async () => {
  const table = await readyTable('swapped');
  await loader.load(await table.request([await table.stage([[1n, 'a', at]])], 1));
  const next = await table.request([await table.stage([[2n, 'b', at]])], 1);
  await world.redshift.run(`DROP TABLE ${table.target.schema}.swapped`);
  await expect(loader.load(next)).rejects.toMatchObject({ code: 'TARGET_MISSING', exit: 15 });
  await loader.prepare({ target: table.target, columns, keys: ['id'] });
  await expect(loader.load(next)).rejects.toMatchObject({ code: 'TARGET_REPLACED', exit: 21 });
});

test('a load without a fence finds no ledger', async () => {
  const table = world.table('unfenced', columns);
  await loader.prepare({ target: table.target, columns, keys: ['id'] });
  await expect(loader.load(await table.request([await table.stage([[1n, 'a', at]])], 1))).rejects.toMatchObject({ code: 'LEDGER_MISSING', exit: 21 });
});

test('a ledger of a newer format is left alone', async () => {
  const table = await readyTable('future');
  const ledger = ledgerTable(table.target);
  await world.redshift.run(`UPDATE ${ledger.schema}.${ledger.table} SET format_version = 2`);
  await expect(loader.inspect(table.task, table.target)).rejects.toMatchObject({ code: 'LEDGER_FORMAT', exit: 21 });
  await expect(fence(table, 2)).rejects.toMatchObject({ code: 'LEDGER_FORMAT' });
});

test('wrong password and nobody there', async () => {
  const { host, database, loader: user } = world.redshift;
  const { default: pg } = await import('pg');
  const openWith = (port: number, password: string) => world.loader({
    openSession: async () => {
      const client = new pg.Client({ host, port, database, user: user.username, password });
      await client.connect();
      throw new Error('connected');
    },
  });
  const table = world.table('login', columns);
  await expect(openWith(world.redshift.port, 'wrong').inspect(table.task, table.target)).rejects.toMatchObject({ code: 'TARGET_LOGIN', exit: 12 });
  await expect(openWith(1, 'x').inspect(table.task, table.target)).rejects.toMatchObject({ code: 'TARGET_LOST', exit: 15 });
});

test('a ledger that a load holds is not waited for where a time is given; without one it is', async () => {
  const table = world.table('held_ledger', [idColumn, codeColumn]);
  const loader = world.loader();
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  const holder = await world.openSession('load');
  await holder.query('BEGIN');
  const { schema, table: ledger } = ledgerTable(table.target);
  await holder.query(`LOCK TABLE "${schema}"."${ledger}"`);
  await expect(loader.inspect(table.task, table.target, 200)).rejects.toMatchObject({ code: 'LEDGER_LOCKED', exit: 11, retry: 'later' });
  const waiting = loader.inspect(table.task, table.target);
  await holder.query('ROLLBACK');
  await holder.close();
  expect(await waiting).toMatchObject({ ledger: { epoch: 1, generation: 1 } });
});

test('rows are counted; of a table that is not there, none are', async () => {
  expect(await loader.countRows(world.table('rows_counted', columns).target, null)).toBeNull();
  const table = await readyTable('rows_counted');
  await loader.load(await table.request([await table.stage([[1n, 'a', at], [2n, 'b', at]])], 1));
  expect(await loader.countRows(table.target, null)).toBe(2);
});
