import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

const BY_CHANGE = 'cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, lookback: 0, late_commits: accept';
const MODES = {
  counted_append: `${BY_CHANGE}, load_mode: append`,
  counted_replace: 'cdc_strategy: full_sync, load_mode: replace',
  counted_history: `${BY_CHANGE}, load_mode: scd2`,
};

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

/** Tables of five rows in a pipeline of their own, in batches of two. */
async function roomFor(name: string, tables: Readonly<Record<string, string>>): Promise<Room> {
  for (const table of Object.keys(tables)) await stack.createTable(table, 5);
  return await stack.room(name, { tables: Object.fromEntries(Object.entries(tables).map(([table, settings]) => [table, `{ ${settings} }`])), pipeline: { processing: '{ batch_size: 2 }' } });
}

/** Runs a command with --json that must end with this code; gives its document. */
async function ended(room: Room, code: number, ...args: string[]): Promise<Readonly<Record<string, unknown>>> {
  const end = await room.run(...args, '-p', room.pipeline, '--json');
  expect(end.code, `${args.join(' ')}: ${end.stdout}${end.stderr}`).toBe(code);
  expectNoSecret(end, room.secrets);
  return documentOf(end) as Record<string, unknown>;
}

const done = (room: Room, ...args: string[]) => ended(room, 0, ...args);
const text = (rows: readonly Readonly<Record<string, string | null>>[]): readonly string[] => rows.map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|')).toSorted();
const targetRows = async (table: string, columns = 'id, state'): Promise<readonly string[]> => text(await stack.target.rows(`SELECT ${columns} FROM reporting.${table}`));
const sourceRows = async (table: string): Promise<readonly string[]> => text(await stack.source.rows(`SELECT id, state FROM ${table}`));
const watermarkKey = (room: Room, table: string): Promise<readonly string[]> => stack.bucket.keysWith(`watermark/${room.pipeline}/dw/tables/shop_ro_sales_${table}`);

async function change(table: string): Promise<void> {
  await stack.source.run(`UPDATE ${table} SET state = 'sent', updated_at = NOW(6) WHERE id = 1`);
  await stack.source.run(`INSERT INTO ${table} SELECT MAX(id) + 1, 'fresh', NOW(6) FROM ${table}`);
}

describe('watermark count validate', () => {
  let room: Room;
  beforeAll(async () => {
    room = await roomFor('counted', MODES);
    await done(room, 'sync', 'pipeline');
    for (const table of Object.keys(MODES)) await change(table);
    await done(room, 'sync', 'pipeline');
  });

  const validated = async (code: number) => Object.fromEntries(((await ended(room, code, 'watermark', 'count', 'validate'))['result'] as { tables: { table: string }[] }).tables.map(({ table, ...counts }) => [table.replace('SHOP_RO:sales.', ''), counts]));

  test('append counts every row that was loaded, replace and scd2 the rows and the current versions', async () => {
    expect(await targetRows('counted_append')).toEqual(['1|paid', '1|sent', '2|NULL', '3|new', '4|paid', '5|NULL', '6|fresh']);
    expect(await validated(0)).toMatchObject({
      counted_append: { mode: 'append', expected: 7, found: 7, is_equal: true },
      counted_replace: { mode: 'replace', expected: 6, found: 6, is_equal: true },
      counted_history: { mode: 'scd2', expected: 6, found: 6, is_equal: true },
    });
  });

  test('what is missing or too much in the target is found, in each mode', async () => {
    await stack.target.run('DELETE FROM reporting.counted_append WHERE id = 6');
    await stack.target.run('INSERT INTO reporting.counted_replace SELECT * FROM reporting.counted_replace WHERE id = 2');
    await stack.target.run('DELETE FROM reporting.counted_history WHERE id = 1 AND is_current');
    expect(await validated(21)).toMatchObject({
      counted_append: { expected: 7, found: 6, is_equal: false },
      counted_replace: { expected: 6, found: 7, is_equal: false },
      counted_history: { expected: 6, found: 5, is_equal: false },
    });
  });
});

describe('batches that cannot be loaded', () => {
  /** Loaded once, then staged again, with the file of the first batch that waits gone. */
  async function damaged(table: string): Promise<{ readonly room: Room; readonly batch: string }> {
    const room = await roomFor(table, { [table]: BY_CHANGE });
    await done(room, 'sync', 'pipeline');
    await stack.source.run(`UPDATE ${table} SET state = 'moved', updated_at = NOW(6)`);
    await done(room, 'sync', 'pipeline', '--backup-only');
    const { batches } = (await done(room, 'batches', 'list'))['result'] as { batches: { batchId: string; state: string }[] };
    const { batchId: batch } = batches.find(({ state }) => state === 'awaiting load')!;
    const [file] = (await stack.bucket.keysWith(`shop_ro_sales_${table}_${batch}`)).filter((key) => key.startsWith('incremental/'));
    await stack.bucket.remove(file!);
    expect(await ended(room, 15, 'sync', 'pipeline')).toMatchObject({ table_results: { [`sales.${table}`]: { status: 'failed' } } });
    expect(await targetRows(table), 'as readable as before').not.toContain('1|moved');
    return { room, batch };
  }

  test('discard: their rows are read again by the next sync', async () => {
    const { room, batch } = await damaged('discarded');
    expect(await done(room, 'batches', 'discard', batch, '-t', 'discarded', '--yes')).toMatchObject({ result: { dry_run: false } });
    expect(await done(room, 'sync', 'pipeline')).toMatchObject({ status: 'success', table_results: { 'sales.discarded': { rows_loaded: 5 } } });
    expect(await targetRows('discarded')).toEqual(await sourceRows('discarded'));
  });

  test('restage: their rows are read again at once, and --redshift-only loads them', async () => {
    const { room, batch } = await damaged('restaged');
    await done(room, 'batches', 'restage', batch, '-t', 'restaged', '--yes');
    expect(await done(room, 'sync', 'pipeline', '--redshift-only')).toMatchObject({ status: 'success', table_results: { 'sales.restaged': { rows_loaded: 5 } } });
    expect(await targetRows('restaged')).toEqual(await sourceRows('restaged'));
    expect(await done(room, 'sync', 'pipeline')).toMatchObject({ table_results: { 'sales.restaged': { status: 'up_to_date' } } });
  });
});

describe('the watermark', () => {
  test('rollback goes back to where the epoch before ended, and the next sync reads what is missing', async () => {
    const room = await roomFor('rolled', { rolled: BY_CHANGE });
    await done(room, 'sync', 'pipeline');
    await done(room, 'watermark', 'set', '-t', 'rolled', '--timestamp', '2030-01-01 00:00:00', '--id', '0', '--yes');
    await change('rolled');
    expect(await done(room, 'watermark', 'rollback', '-t', 'rolled', '--yes')).toMatchObject({ result: { tables: [{ epoch_before: 2, epoch: 3 }] } });
    expect(await done(room, 'sync', 'pipeline')).toMatchObject({ status: 'success' });
    expect(await targetRows('rolled')).toEqual(await sourceRows('rolled'));
  });

  test('repair rebuilds one that is gone and one that is behind: no row is read again, none is left out', async () => {
    const room = await roomFor('repaired', { repaired: BY_CHANGE });
    await done(room, 'sync', 'pipeline');
    const [key] = await watermarkKey(room, 'repaired');
    const older = await stack.bucket.text(key!);
    await change('repaired');
    await done(room, 'sync', 'pipeline');
    const newer = JSON.parse(await stack.bucket.text(key!)) as { loaded_through: unknown; epoch: number };
    for (const damage of [() => stack.bucket.remove(key!), () => stack.bucket.put(key!, older)]) {
      await damage();
      await done(room, 'watermark', 'repair', '-t', 'repaired', '--from-ledger', '--yes');
      expect(JSON.parse(await stack.bucket.text(key!))).toMatchObject({ epoch: newer.epoch, loaded_through: newer.loaded_through, staged_through: newer.loaded_through });
      expect(await done(room, 'sync', 'pipeline')).toMatchObject({ table_results: { 'sales.repaired': { status: 'up_to_date', rows_extracted: 0 } } });
    }
    expect(await targetRows('repaired')).toEqual(await sourceRows('repaired'));
  });
});

describe('sync backfill', () => {
  test('by ids and by hours brings back what the target has lost, in each mode, and moves no position', async () => {
    const room = await roomFor('filled', { filled_merge: BY_CHANGE, filled_append: `${BY_CHANGE}, load_mode: append`, filled_replace: 'cdc_strategy: full_sync, load_mode: replace' });
    await done(room, 'sync', 'pipeline');
    const tables = ['filled_merge', 'filled_append', 'filled_replace'] as const;
    const positions = async () => ((await done(room, 'watermark', 'list'))['result'] as { watermarks: { position: unknown }[] }).watermarks.map(({ position }) => position);
    const before = await positions();
    for (const table of tables) await stack.target.run(`DELETE FROM reporting.${table} WHERE id IN (2, 3, 5)`);
    // A repair at the source that no cursor sees.
    await stack.source.run("UPDATE filled_merge SET state = 'mended' WHERE id = 3");
    expect(await done(room, 'sync', 'backfill', '--from-id', '2', '--to-id', '3', ...tables.flatMap((table) => ['-t', table]))).toMatchObject({ status: 'success' });
    for (const table of tables) expect(await targetRows(table), table).toEqual((await sourceRows(table)).filter((row) => !row.startsWith('5|')));
    expect(await done(room, 'sync', 'backfill', '--hours', '1', '-t', 'filled_merge', '-t', 'filled_append')).toMatchObject({ status: 'success' });
    for (const table of ['filled_merge', 'filled_append']) expect(await targetRows(table), table).toEqual(await sourceRows(table));
    expect(await positions()).toEqual(before);
    await ended(room, 2, 'sync', 'backfill', '--hours', '1', '-t', 'filled_replace');
  });
});

describe('files of the replaced tool that are not loaded', () => {
  test('stop an import, by name, wherever they lie; once they are loaded it goes through, and the next sync has the rest', async () => {
    const room = await roomFor('taken', { taken: BY_CHANGE });
    await done(room, 'sync', 'pipeline');
    const rows = await stack.target.rows('SELECT * FROM reporting.taken');
    expect(rows).toHaveLength(5);
    // As if the replaced tool had loaded them: a state of its own, and none of this program.
    for (const key of await stack.bucket.keysWith(`watermark/${room.pipeline}/`)) await stack.bucket.remove(key);
    for (const ledger of await stack.target.rows("SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'tidemark_work' AND relname LIKE 'tidemark_ledger__%' AND relkind = 'r'")) {
      if ((await stack.target.rows(`SELECT 1 FROM tidemark_work.${ledger['name']} WHERE manifest_key LIKE '%shop_ro_sales_taken%'`)).length > 0) await stack.target.run(`DROP TABLE tidemark_work.${ledger['name']}`);
    }
    const files = ['table=shop_ro_sales_taken/year=2026/month=01/day=31/', 'year=2026/month=01/day=31/hour=12/', 'year=2026/month=01/table=shop_ro_sales_taken/day=31/hour=12/'].map((folder, at) => `incremental/${folder}shop_ro_sales_taken_20260131_120000_batch_${at + 1}.parquet`);
    const state = (loaded: readonly string[]) => stack.bucket.put('watermark/tables/shop_ro_sales_taken.json', JSON.stringify({ last_mysql_data_timestamp: new Date().toISOString().slice(0, 19), last_processed_id: 5, mysql_rows_extracted: 5, redshift_rows_loaded: 5, backup_s3_files: files.slice(0, 1), processed_s3_files: loaded }));
    for (const file of [...files, 'incremental/year=2026/month=01/day=31/hour=12/shop_ro_sales_taken_history_20260131_120000_batch_1.parquet']) await stack.bucket.put(file, 'PAR1');
    const imported = ['watermark', 'import', '-t', 'taken', '--source-time-zone', 'UTC', '--rewind', '2h', '--yes'];
    for (const loaded of [[], files.slice(0, 1), files.slice(0, 2)]) {
      await state(loaded.map((key) => `s3://${stack.servers.bucket}/${key}`));
      const waiting = files.filter((file) => !loaded.includes(file));
      expect(await ended(room, 21, ...imported)).toMatchObject({ code: 'STATE_OLD_FILES_WAITING', details: { count: waiting.length, files: expect.arrayContaining(waiting) as unknown }, remedy: [expect.stringContaining('replaced tool'), expect.stringContaining('watermark set')] });
    }
    await state(files);
    await done(room, ...imported);
    await change('taken');
    await done(room, 'sync', 'pipeline');
    expect(await targetRows('taken')).toEqual(await sourceRows('taken'));
    for (const file of files) expect(await stack.bucket.text(file), 'left alone').toBe('PAR1');
  });
});
