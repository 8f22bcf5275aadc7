import { Secret } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { connectionLost, ScriptedRedshift, serverError } from '../test/scripted-redshift.ts';
import { manifestChain, storedManifest, target, task } from '../test/staged-manifest.ts';
import { codeColumn, idColumn } from '../test/staged-columns.ts';
import type { LoadRequest, RedshiftTarget } from './ports.ts';
import { createRedshiftTarget } from './redshift-target.ts';

const owner = 'shop_pipeline/dw/SHOP_RO:sales.orders';
const fenceRow = { kind: 'fence', format_version: 1, epoch: '1', seq: '0', batch_id: null, generation: '1', owner, manifest_sha256: null, source_uuid: 'src', target_oid: null, run_id: 'run1' };

function scripted(): ScriptedRedshift {
  return new ScriptedRedshift()
    .on(/pg_class/, { rows: [{ oid: 4711, kind: 'r', schema_name: 'reporting', table_name: 'orders', column_count: '3', ledger_schema: 'work' }] })
    .on(/ROW_NUMBER/, { rows: [fenceRow] })
    .on(/pg_last_copy_count/, { rows: [{ row_count: '3' }] })
    .on(/null_keys/, { rows: [{ row_count: '3', null_keys: '0' }] })
    .on(/repeated_keys/, { rows: [{ repeated_keys: '0' }] })
    .on(/repeated_target_keys/, { rows: [{ repeated_target_keys: '0' }] })
    .on(/^DELETE FROM "tidemark_stage"/, { rowCount: 0 })
    .on(/^DELETE FROM "reporting"/, { rowCount: 1 })
    .on(/^INSERT INTO "reporting"/, { rowCount: 3 });
}

const waits: number[] = [];
function loaderOver(redshift: ScriptedRedshift): RedshiftTarget {
  waits.length = 0;
  return createRedshiftTarget({
    openSession: redshift.opener,
    copyAuthorization: { accessKeyId: 'AKIA', secretAccessKey: new Secret('topsecret'), sessionToken: null },
    retry: { attempts: 4, baseDelayMs: 100, maxDelayMs: 1_000, random: () => 1, sleep: async (ms) => void waits.push(ms) },
  });
}

const request = (group: LoadRequest['group'] = [storedManifest()], fields: Partial<LoadRequest> = {}): LoadRequest => ({ task, target, group, copyManifestUrl: 's3://bucket/m.json', generation: 1, runId: 'run1', ...fields });

test('I2: rows and ledger row in one transaction, one session, the lock before any read', async () => {
  const redshift = scripted();
  const receipt = await loaderOver(redshift).load(request());
  const ledger = '"work"."tidemark_ledger__3beeccdae0494ff3"';
  expect(redshift.log.map((line) => line.slice(0, 74))).toEqual([
    '1: BEGIN',
    `1: LOCK TABLE ${ledger}`,
    '1: SELECT "kind", "format_version", "epoch", "seq", "batch_id", "generation", "owne'.slice(0, 74),
    '1: SELECT "seq", "batch_id", "manifest_sha256", "rows_copied", "rows_inserted", "r'.slice(0, 74),
    '1: SELECT c.oid AS "oid", c.relkind AS kind, n.nspname AS schema_name, c.relname'.slice(0, 74),
    '1: CREATE TEMP TABLE "tidemark_stage" ( "id" BIGINT, "note" VARCHAR(200), "updated_'.slice(0, 74),
    '1: COPY "tidemark_stage" ("id", "note", "updated_at") FROM \'s3://bucket/m.json\' ACC'.slice(0, 74),
    '1: SELECT pg_last_copy_count() AS row_count',
    '1: SELECT COUNT(*) AS row_count, COUNT(CASE WHEN "id" IS NULL THEN 1 END) AS null_k'.slice(0, 74),
    '1: SELECT COUNT(*) AS repeated_target_keys FROM (SELECT COUNT(*) AS row_count FROM'.slice(0, 74),
    '1: SELECT COUNT(*) AS repeated_keys FROM (SELECT COUNT(*) AS row_count FROM "tidema'.slice(0, 74),
    '1: DELETE FROM "tidemark_stage" USING "reporting"."orders" WHERE "reporting"."order'.slice(0, 74),
    '1: DELETE FROM "reporting"."orders" USING "tidemark_stage" WHERE "reporting"."order'.slice(0, 74),
    '1: INSERT INTO "reporting"."orders" ("id", "note", "updated_at") SELECT "id", "note'.slice(0, 74),
    `1: INSERT INTO ${ledger} ("format_version",`.slice(0, 74),
    '1: COMMIT',
  ]);
  expect(receipt).toEqual({ batches: [{ batchId: '1-000000000001-abcdef12', seq: 1, rowsCopied: 3, rowsInserted: 3, rowsDeleted: 1 }], targetOid: '4711', statementCount: 16, wasAlreadyLoaded: false });
  expect([redshift.openCount, redshift.closedCount]).toEqual([1, 1]);
});

test('statements per group do not grow with its batches', async () => {
  const redshift = scripted().on(/pg_last_copy_count/, { rows: [{ row_count: '60' }] }).on(/null_keys/, { rows: [{ row_count: '60', null_keys: '0' }] }).on(/^INSERT INTO "reporting"/, { rowCount: 60 });
  const receipt = await loaderOver(redshift).load(request(manifestChain(20)));
  expect(receipt.statementCount).toBe(16);
  expect(receipt.batches.map((batch) => batch.rowsInserted)).toEqual([...Array.from({ length: 19 }, () => 0), 60]);
});

test('a group without rows needs no COPY, and is recorded', async () => {
  const redshift = scripted();
  const receipt = await loaderOver(redshift).load(request([storedManifest({ rows: 0 })]));
  expect(redshift.sent(/COPY|TEMP|DELETE/)).toEqual([]);
  expect(redshift.sent(/^INSERT INTO "work"/)).toHaveLength(1);
  expect(receipt.batches[0]?.rowsCopied).toBe(0);
});

test('1023 twice: the whole transaction again on a new session, then done', async () => {
  const redshift = scripted().on(/^INSERT INTO "reporting"/, serverError('XX000', '1023', 'Serializable isolation violation on table - 1'), 2);
  const receipt = await loaderOver(redshift).load(request());
  expect(redshift.openCount).toBe(3);
  expect(redshift.sent(/^COPY/)).toHaveLength(3);
  expect(redshift.sent(/^COMMIT/)).toHaveLength(1);
  expect(redshift.sent(/^ROLLBACK/)).toHaveLength(2);
  expect(waits).toEqual([100, 200]);
  expect(receipt.wasAlreadyLoaded).toBe(false);
});

test('1023 at COMMIT is an answer: nothing was committed', async () => {
  const redshift = scripted().on(/^COMMIT/, serverError('XX000', '1023'), 1);
  expect((await loaderOver(redshift).load(request())).wasAlreadyLoaded).toBe(false);
  expect(redshift.sent(/pg_terminate_backend/)).toEqual([]);
});

test('1023 on every try ends with an error that a later run may clear', async () => {
  const redshift = scripted().on(/^COPY/, serverError('XX000', '1023'));
  await expect(loaderOver(redshift).load(request())).rejects.toMatchObject({ code: 'TARGET_BUSY', exit: 15, retry: 'later' });
  expect(redshift.openCount).toBe(4);
});

test('I3: a COMMIT whose answer was lost: the old session is ended, the lock taken, then the ledger asked', async () => {
  const redshift = scripted();
  let isCommitted = false;
  redshift
    .on(/^COMMIT/, () => {
      isCommitted = true;
      return connectionLost();
    }, 1)
    .on(/BETWEEN/, () => (isCommitted ? { rows: [{ seq: '1', batch_id: '1-000000000001-abcdef12', manifest_sha256: storedManifest().sha256, rows_copied: '3', rows_inserted: '3', rows_deleted: '1', target_oid: '4711' }] } : {}));
  const receipt = await loaderOver(redshift).load(request());
  expect(redshift.log.filter((line) => line.startsWith('2:')).map((line) => line.slice(3, 33))).toEqual(['SELECT pg_terminate_backend(10', 'BEGIN', 'LOCK TABLE "work"."tidemark_le', 'SELECT "kind", "format_version', 'SELECT "seq", "batch_id", "man', 'ROLLBACK']);
  expect(redshift.sent(/^COPY/)).toHaveLength(1);
  expect(receipt).toMatchObject({ wasAlreadyLoaded: false, targetOid: '4711', batches: [{ rowsCopied: 3, rowsInserted: 3, rowsDeleted: 1 }] });
});

test('I3: a COMMIT that was lost and never happened is done again', async () => {
  const redshift = scripted().on(/^COMMIT/, connectionLost(), 1);
  const receipt = await loaderOver(redshift).load(request());
  expect(redshift.sent(/^COPY/)).toHaveLength(2);
  expect(redshift.sent(/^SELECT pg_terminate_backend\(101\)/)).toHaveLength(1);
  expect(receipt.wasAlreadyLoaded).toBe(false);
});

test('a lost COMMIT after which nobody answers is said to be unknown', async () => {
  const redshift = scripted().on(/^COMMIT/, connectionLost(), 1).failOpen();
  const loader = loaderOver(redshift);
  redshift.on(/^BEGIN/, () => {
    redshift.failOpen(connectionLost(), connectionLost(), connectionLost(), connectionLost());
    return {};
  }, 1);
  await expect(loader.load(request())).rejects.toMatchObject({ code: 'LOADER_COMMIT_UNKNOWN', exit: 15, retry: 'later' });
});

test('I3: a group that the ledger has is not loaded again', async () => {
  const redshift = scripted().on(/BETWEEN/, { rows: [{ seq: '1', batch_id: '1-000000000001-abcdef12', manifest_sha256: storedManifest().sha256, rows_copied: '3', rows_inserted: '3', rows_deleted: '1', target_oid: '4711' }] });
  expect(await loaderOver(redshift).load(request())).toMatchObject({ wasAlreadyLoaded: true, targetOid: '4711', batches: [{ seq: 1, rowsCopied: 3 }] });
  expect(redshift.sent(/COPY|INSERT|COMMIT/)).toEqual([]);
});

test.each([
  ['an older generation', { generation: '7' }, {}, 'LEDGER_FENCED'],
  ['another owner', { owner: 'other/dw/SHOP_RO:sales.orders' }, {}, 'LEDGER_OWNED'],
  ['an older epoch', { epoch: '2' }, {}, 'LEDGER_EPOCH'],
  ['a newer format', { format_version: 2 }, {}, 'LEDGER_FORMAT'],
])('I4: %s is refused before anything is sent', async (_name, head, fields, code) => {
  const redshift = scripted().on(/ROW_NUMBER/, { rows: [{ ...fenceRow, ...head }] });
  await expect(loaderOver(redshift).load(request(undefined, fields))).rejects.toMatchObject({ code, exit: 21 });
  expect(redshift.sent(/COPY|INSERT|COMMIT/)).toEqual([]);
  expect(redshift.closedCount).toBe(1);
});

test('a ledger that is not there is not made by a load', async () => {
  await expect(loaderOver(scripted().on(/^LOCK/, serverError('42P01', 'Relation "x" does not exist'))).load(request())).rejects.toMatchObject({ code: 'LEDGER_MISSING', exit: 21 });
});

test('a target table that is another one stops the load', async () => {
  const batch = { ...fenceRow, kind: 'batch', seq: '1', batch_id: 'b', manifest_sha256: 'f', target_oid: '1' };
  const redshift = scripted().on(/ROW_NUMBER/, { rows: [fenceRow, batch] });
  await expect(loaderOver(redshift).load(request([storedManifest({ seq: 2, previous: 'f' })]))).rejects.toMatchObject({ code: 'TARGET_REPLACED', exit: 21 });
  await expect(loaderOver(scripted().on(/pg_class/, {})).load(request())).rejects.toMatchObject({ code: 'TARGET_MISSING', exit: 15 });
});

test('I5: another number of copied rows rolls everything back', async () => {
  const redshift = scripted().on(/pg_last_copy_count/, { rows: [{ row_count: '2' }] });
  await expect(loaderOver(redshift).load(request())).rejects.toMatchObject({ code: 'LOADER_ROW_COUNT_MISMATCH', details: { copied: 2, expected: 3 } });
  expect(redshift.sent(/^DELETE|^INSERT|^COMMIT/)).toEqual([]);
  expect(redshift.sent(/^ROLLBACK/)).toHaveLength(1);
});

test('NULL keys are refused before the target is touched', async () => {
  const redshift = scripted().on(/null_keys/, { rows: [{ row_count: '3', null_keys: '2' }] });
  await expect(loaderOver(redshift).load(request())).rejects.toMatchObject({ code: 'LOADER_KEY_NULL', exit: 20, details: { rows: 2 } });
  expect(redshift.sent(/^DELETE|^INSERT|^COMMIT/)).toEqual([]);
});

test.each([
  ['one batch', 1, 'LOADER_KEY_REPEATED', 20],
  ['several batches', 2, 'LOADER_GROUP_AMBIGUOUS', 21],
])('different rows of one key and version in %s', async (_name, count, code, exit) => {
  const rows = String(3 * count);
  const redshift = scripted().on(/pg_last_copy_count/, { rows: [{ row_count: rows }] }).on(/null_keys/, { rows: [{ row_count: rows, null_keys: '0' }] }).on(/repeated_keys/, { rows: [{ repeated_keys: '1' }] });
  await expect(loaderOver(redshift).load(request(manifestChain(count)))).rejects.toMatchObject({ code, exit });
  expect(redshift.sent(/^DELETE|^COMMIT/)).toEqual([]);
});

test('batches that lack what their mode needs', async () => {
  const redshift = scripted();
  await expect(loaderOver(redshift).load(request([storedManifest({ frozen: { mode: 'scd2' } })]))).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID' });
  await expect(loaderOver(redshift).load(request([storedManifest({ frozen: { mode: 'replace' } })]))).rejects.toMatchObject({ code: 'LOADER_GROUP_INVALID', message: expect.stringContaining('takes whole sets only') });
  await expect(loaderOver(redshift).load(request([storedManifest({ advances: false, frozen: { mode: 'append', keys: [] } })]))).rejects.toMatchObject({ code: 'LOADER_NO_KEY', exit: 10 });
  await expect(loaderOver(redshift).load(request([storedManifest({ frozen: { keys: [] } })]))).rejects.toMatchObject({ code: 'LOADER_NO_KEY', exit: 10 });
});

test('P6: a refused COPY is explained from the logs, without credentials', async () => {
  const redshift = scripted()
    .on(/^COPY/, serverError('XX000', 'Spectrum Scan Error', "-----\n code: 15007\n context: The length of the data column note is longer than topsecret for column 's3:\n-----"))
    .on(/sys_load_error_detail/, { rows: [{ file_name: 's3://bucket/k.parquet   ', line_number: '17', column_name: 'note    ', message: 'The length of the data column note is longer than the length defined in the table. Table: 200, Data: 300, File name: https://s3.x.com/bucket/k.parquet?X-Amz-Signature=1   ' }] });
  const error = await loaderOver(redshift).load(request()).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'LOADER_COPY_FAILED', exit: 15,
    message: 'COPY for reporting.orders failed at column note of row 17 of file s3://bucket/k.parquet: The length of the data column note is longer than the length defined in the table. Table: 200, Data: 300, File name: https://s3.x.com/bucket/k.parquet',
    remedy: [expect.stringContaining('do not fit column note') as string, expect.stringContaining('tidemark batches restage') as string],
    details: { column: 'note', row: 17, file: 's3://bucket/k.parquet', sqlState: 'XX000' },
  });
  expect(JSON.stringify(error) + String(error) + JSON.stringify((error as { details: unknown }).details)).not.toMatch(/topsecret|X-Amz-Signature/);
  expect(redshift.values.some((values) => values?.[0] === 101)).toBe(true);
});

test('a refused COPY is explained from the answer when no log may be read', async () => {
  const redshift = scripted().on(/^COPY/, serverError('XX000', 'Spectrum Scan Error', 'context: S3ServiceException:Access Denied,Status 403')).on(/sys_|stl_|svl_/, serverError('42501', 'permission denied'));
  await expect(loaderOver(redshift).load(request())).rejects.toMatchObject({ code: 'LOADER_COPY_FAILED', message: 'COPY for reporting.orders failed: Spectrum Scan Error context: S3ServiceException:Access Denied,Status 403', remedy: [expect.stringContaining('s3:GetObject') as string, expect.any(String) as string], details: { file: null, row: null, column: null } });
});

test('missing rights are named as GRANT statements', async () => {
  const redshift = scripted().on(/^DELETE FROM "reporting"/, serverError('42501', 'permission denied for relation orders')).on(/CURRENT_USER/, { rows: [{ name: 'loader', database: 'dev' }] });
  await expect(loaderOver(redshift).load(request())).rejects.toMatchObject({
    code: 'TARGET_GRANTS', exit: 12,
    message: 'User loader lacks a right for reporting.orders: permission denied for relation orders',
    remedy: [
      'Have an owner or superuser run those of these statements that are missing:',
      'GRANT USAGE, CREATE ON SCHEMA "work" TO "loader";', 'GRANT USAGE, CREATE ON SCHEMA "reporting" TO "loader";', 'GRANT TEMPORARY ON DATABASE "dev" TO "loader";',
      expect.stringMatching(/^GRANT SELECT, INSERT, UPDATE, DELETE ON "work"."tidemark_ledger__[0-9a-f]{16}" TO "loader";$/), 'GRANT SELECT, INSERT, UPDATE, DELETE ON "reporting"."orders" TO "loader";',
    ],
  });
});

test('what only its owner may do to a table is remedied by another owner', async () => {
  const redshift = scripted().on(/^DELETE FROM "reporting"/, serverError('42501', 'must be owner of relation orders')).on(/CURRENT_USER/, { rows: [{ name: 'loader', database: 'dev' }] });
  const error = await loaderOver(redshift).load(request()).catch((refused: unknown) => refused);
  expect((error as { remedy: readonly string[] }).remedy[1]).toBe('ALTER TABLE "reporting"."orders" OWNER TO "loader";');
});

test('no GRANT is named for a table that does not exist', async () => {
  const redshift = scripted().on(/CURRENT_USER/, { rows: [{ name: 'loader', database: 'dev' }] }).on(/pg_class/, {}).on(/pg_class/, serverError('42501', 'permission denied for schema work'), 1);
  const error = await loaderOver(redshift).inspect(task, target).catch((refused: unknown) => refused);
  expect((error as { remedy: readonly string[] }).remedy.slice(1)).toEqual(['GRANT USAGE, CREATE ON SCHEMA "work" TO "loader";', 'GRANT USAGE, CREATE ON SCHEMA "reporting" TO "loader";', 'GRANT TEMPORARY ON DATABASE "dev" TO "loader";']);
});

test('another pipeline\'s table is refused before anything is done', async () => {
  const redshift = scripted().on(/ROW_NUMBER/, { rows: [{ ...fenceRow, owner: 'x/y/z' }] });
  await expect(loaderOver(redshift).inspect(task, target)).rejects.toMatchObject({ code: 'LEDGER_OWNED', exit: 21 });
});

test('unreachable and refused logins', async () => {
  await expect(loaderOver(scripted().failOpen(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).inspect(task, target)).rejects.toMatchObject({ code: 'TARGET_LOST', exit: 15 });
  await expect(loaderOver(scripted().failOpen(serverError('28P01', 'password authentication failed for user "loader"'))).inspect(task, target)).rejects.toMatchObject({ code: 'TARGET_LOGIN', exit: 12 });
});

test('a mistake in the program is not repeated', async () => {
  const redshift = scripted().on(/^LOCK/, new TypeError('broken'));
  await expect(loaderOver(redshift).load(request())).rejects.toThrow(TypeError);
  expect(redshift.openCount).toBe(1);
});

test('inspect creates and locks nothing', async () => {
  const redshift = scripted();
  expect(await loaderOver(redshift).inspect(task, target)).toEqual({ ledger: { epoch: 1, seq: 0, generation: 1, owner, manifestSha256: null, sourceId: 'src', targetOid: null }, tableOid: '4711' });
  expect(redshift.sent(/CREATE|LOCK|INSERT|COMMIT/)).toEqual([]);
  expect(await loaderOver(scripted().on(/pg_class/, {})).inspect(task, target)).toEqual({ ledger: null, tableOid: null });
});

const fenceRequest = { task, target, epoch: 1, generation: 2, runId: 'run2', sourceId: null } as const;

test('I4: a fence adds its row under the lock, once, and keeps the known source', async () => {
  const redshift = scripted();
  expect(await loaderOver(redshift).fence(fenceRequest)).toEqual({ epoch: 1, seq: 0, generation: 2, owner, manifestSha256: null, sourceId: 'src', targetOid: null });
  expect(redshift.sent(/^(BEGIN|LOCK|INSERT|COMMIT)/).map((text) => text.split(' ')[0])).toEqual(['BEGIN', 'LOCK', 'INSERT', 'COMMIT']);
  const again = scripted().on(/ROW_NUMBER/, { rows: [{ ...fenceRow, generation: '2', run_id: 'run2' }] });
  await loaderOver(again).fence(fenceRequest);
  expect(again.sent(/INSERT|COMMIT/)).toEqual([]);
});

test.each([
  ['an older generation', { generation: '3' }, 'LEDGER_FENCED'],
  ['the same generation of another run', { generation: '2', run_id: 'run9' }, 'LEDGER_FENCED'],
  ['another owner', { owner: 'x/y/z' }, 'LEDGER_OWNED'],
  ['an older epoch', { epoch: '2' }, 'LEDGER_EPOCH'],
])('I4: %s cannot fence', async (_name, head, code) => {
  const redshift = scripted().on(/ROW_NUMBER/, { rows: [{ ...fenceRow, ...head }] });
  await expect(loaderOver(redshift).fence(fenceRequest)).rejects.toMatchObject({ code, exit: 21 });
  expect(redshift.sent(/INSERT|COMMIT/)).toEqual([]);
});

test('two that make the ledger at once: the second uses the first one\'s', async () => {
  const redshift = scripted().on(/pg_class/, {}, 1).on(/^CREATE TABLE/, serverError('42P07', 'Relation already exists')).on(/ROW_NUMBER/, {});
  expect((await loaderOver(redshift).fence({ ...fenceRequest, sourceId: 'src' })).generation).toBe(2);
});

test('a session that sits on the ledger is ended', async () => {
  const redshift = scripted().on(/^LOCK/, serverError('57014', 'Query (1) cancelled on user\'s request'), 1).on(/pg_locks/, { rows: [{ pid: 99 }] });
  await loaderOver(redshift).fence(fenceRequest);
  expect(redshift.sent(/pg_terminate_backend|pg_locks|SET/)).toEqual([
    'SET statement_timeout TO 20000',
    'SET statement_timeout TO 20000',
    "SELECT DISTINCT pid FROM pg_locks WHERE relation = 4711 AND granted AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()",
    'SELECT pg_terminate_backend(99)',
  ]);
});

test('prepare makes the table, or checks the one that is there', async () => {
  const fresh = scripted().on(/pg_class/, {}, 1);
  expect(await loaderOver(fresh).prepare({ target, columns: [idColumn, codeColumn], keys: ['id'] })).toEqual({ oid: '4711', casts: {}, nulls: [], findings: [] });
  expect(fresh.sent(/CREATE/)).toEqual(['CREATE TABLE "reporting"."orders" ( "id" BIGINT NOT NULL, "code" VARCHAR(40) )']);
  const columns = [{ column_name: 'id', data_type: 'integer', is_nullable: 'NO' }];
  await expect(loaderOver(scripted().on(/svv_columns/, { rows: columns })).prepare({ target, columns: [idColumn, codeColumn], keys: ['id'] })).rejects.toMatchObject({
    code: 'TARGET_COLUMNS_DIFFER', exit: 15,
    message: 'reporting.orders cannot take the columns of the source: id is integer, which does not hold every BIGINT; code is missing (VARCHAR(40)).',
    details: { differences: [{ column: 'id', problem: 'type', staged: 'BIGINT', existing: 'integer' }, { column: 'code', problem: 'missing', staged: 'VARCHAR(40)', existing: null }] },
  });
  await expect(loaderOver(scripted().on(/pg_class/, { rows: [{ oid: 1, kind: 'v' }] })).prepare({ target, columns: [idColumn], keys: ['id'] })).rejects.toMatchObject({ code: 'TARGET_NOT_A_TABLE' });
});
