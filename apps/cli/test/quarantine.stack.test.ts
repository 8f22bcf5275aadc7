import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import { policyLines, runResult, tableResult } from './run-result.ts';

const TABLE = 'notes';
const settings = (more: string): string => BY_CHANGE.replace('{', `{ lookback: 0, ${more},`);
const LONG = "REPEAT('x', 70000)";

let stack: CommandStack;
let room: Room;

beforeAll(async () => {
  stack = await CommandStack.start();
  await stack.source.run("SET SESSION sql_mode = ''");
  await stack.source.run(`CREATE TABLE ${TABLE} (id BIGINT UNSIGNED NOT NULL, lang VARCHAR(10) CHARACTER SET latin1 NOT NULL, body LONGTEXT, day DATE, photo BLOB, updated_at DATETIME(6) NOT NULL, PRIMARY KEY (id, lang), KEY (updated_at, id)) CHARACTER SET utf8mb4`);
  const rows = [
    "(1, 'de', 'fine', '2024-01-01', X'00')",
    `(2, 'de', ${LONG}, '2024-01-01', X'00')`,
    "(3, 'fr', 'fine', '0000-00-00', X'00')",
    "(4, 'é''\\\\', 'fine', '2024-01-01', REPEAT(X'80', 40000))",
    "(5, 'de', 'fine', NULL, NULL)",
  ];
  for (const [index, row] of rows.entries()) await stack.source.run(`INSERT INTO ${TABLE} VALUES ${row.slice(0, -1)}, NOW(6) - INTERVAL 10 MINUTE + INTERVAL ${index} SECOND)`);
  room = await stack.room('notes', { tables: { [TABLE]: settings('quarantine: { max_rows: 3 }, types: { oversize_string: quarantine }') } });
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const loadedIds = async (): Promise<(string | null | undefined)[]> => (await stack.target.rows(`SELECT id FROM reporting.${TABLE} ORDER BY id`)).map(({ id }) => id);
const quarantineKeys = async (): Promise<readonly string[]> => (await stack.bucket.keysWith(`shop_ro_sales_${TABLE}`)).filter((key) => key.includes('/quarantine/'));

describe('rows that cannot be represented', () => {
  test('plan says that they are set aside', async () => {
    const ended = await room.sync('--dry-run');
    expect(ended.stdout).toContain('Up to 3 rows of sales.notes that cannot be represented are set aside in each run, by (id, lang)');
  });

  test('are set aside by key, and the run ends with 20', async () => {
    const ended = await room.sync('--json');
    expect(ended.code, ended.stdout + ended.stderr).toBe(20);
    expect(runResult(ended)).toMatchObject({ status: 'partial_success', exit_code: 20 });
    const result = tableResult(ended, TABLE);
    expect(result).toMatchObject({ status: 'success', rows_extracted: 5, rows_loaded: 2, rows_quarantined: 3 });
    expect(policyLines(result.policy_counts)).toEqual(['body oversize_string quarantine 1', 'day zero_date quarantine 1', 'photo oversize_binary quarantine 1']);
    expect(await loadedIds()).toEqual(['1', '5']);
    const [key] = await quarantineKeys();
    const lines = Buffer.from(await stack.bucket.bytes(key!)).toString('utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({ format_version: 1, table: `SHOP_RO:sales.${TABLE}`, rows: 3 });
    expect(lines.slice(1).map(({ key: of, column, code }) => [of, column, code])).toEqual([
      [{ id: '2', lang: 'de' }, 'body', 'DATA_OVERSIZE'],
      [{ id: '3', lang: 'fr' }, 'day', 'DATA_ZERO_DATE'],
      [{ id: '4', lang: "é'\\" }, 'photo', 'DATA_OVERSIZE'],
    ]);
    expect(lines.map((line) => JSON.stringify(line)).join('')).not.toContain('xxxx');
  });

  test('stand in the ledger', async () => {
    const [ledger] = await stack.target.rows("SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname LIKE 'tidemark_ledger__%'");
    const [row] = await stack.target.rows(`SELECT SUM(rows_quarantined) AS quarantined, SUM(rows_copied) AS copied FROM ${ledger!['name']!}`);
    expect(row).toEqual({ quarantined: '3', copied: '2' });
  });

  test('are not looked for again by an ordinary run', async () => {
    expect(await room.sync('--json')).toMatchObject({ code: 0 });
    expect(await loadedIds()).toEqual(['1', '5']);
  });

  test('are read again by --requeue: mended, gone or set aside once more', async () => {
    await stack.source.run(`UPDATE ${TABLE} SET body = 'mended' WHERE id = 2`);
    await stack.source.run(`DELETE FROM ${TABLE} WHERE id = 3`);
    const first = await room.sync('--requeue', '--json');
    expect(first.code, first.stdout + first.stderr).toBe(20);
    expect(tableResult(first, TABLE)).toMatchObject({ rows_requeued: 3, rows_loaded: 1, rows_quarantined: 1 });
    expect(await stack.target.rows(`SELECT id, body FROM reporting.${TABLE} WHERE id = 2`)).toEqual([{ id: '2', body: 'mended' }]);

    await room.replace('pipelines/notes_pipeline.yml', 'oversize_string: quarantine', 'oversize_string: quarantine, oversize_binary: truncate');
    const second = await room.sync('--requeue', '--json');
    expect(second.code, second.stdout + second.stderr).toBe(0);
    expect(tableResult(second, TABLE)).toMatchObject({ rows_requeued: 1, rows_loaded: 1, rows_quarantined: 0 });
    expect(await loadedIds()).toEqual(['1', '2', '4', '5']);
    const third = await room.sync('--requeue', '--json');
    expect(tableResult(third, TABLE)).toMatchObject({ rows_requeued: 0 });
  });

  test('fail where there is no more room for them', async () => {
    for (const id of [10, 11, 12, 13]) await stack.source.run(`INSERT INTO ${TABLE} VALUES (${id}, 'de', ${LONG}, NULL, NULL, NOW(6))`);
    const ended = await room.sync('--json');
    expect(ended.code).toBe(20);
    const result = tableResult(ended, TABLE);
    expect(result).toMatchObject({ status: 'failed', error_code: 'DATA_OVERSIZE' });
    expect(result.error_message).toContain('quarantine.max_rows');
    expect(result.error_message).toContain("id = '13'");
  });

  test('a key or a cursor column that is hashed is a configuration error, before anything is read', async () => {
    for (const [name, columns] of [['key', '{ hash: [id] }'], ['cursor', '{ mask: { updated_at: redact } }']] as const) {
      const wrong = await stack.room(`wrong_${name}`, { tables: { [TABLE]: settings(`columns: ${columns}`) }, variables: { TIDEMARK_HASH_KEY: 'an-invented-key-of-32-characters' } });
      const ended = await wrong.sync('--json');
      expect(ended.code, ended.stdout).toBe(10);
      expect(tableResult(ended, TABLE)).toMatchObject({ error_code: 'DDL_COLUMN_FIXED' });
      expect(await stack.traces(wrong, TABLE)).toMatchObject({ manifests: 0, watermarks: 0 });
    }
  });
});
