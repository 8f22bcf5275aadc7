import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pageBlocks } from './page-blocks.ts';
import { PageRoom } from './page-room.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const ROWS = 'SELECT id, amount, state FROM %.orders ORDER BY id';

/** What stands where the replaced tool has worked: a reader, a loader, and a table with one order twice, whose newest row is not there yet. */
const AT_SOURCE = [
  "CREATE USER 'reader'@'%' IDENTIFIED BY 'example-reader-1'", "GRANT SELECT ON sales.* TO 'reader'@'%'",
  'CREATE TABLE sales.orders (id BIGINT NOT NULL PRIMARY KEY, amount DECIMAL(12,2) NOT NULL, state VARCHAR(20), updated_at DATETIME NOT NULL, KEY by_change (updated_at, id))',
  "INSERT INTO sales.orders VALUES (1, 19.99, 'paid', '2026-01-30 10:00:00'), (2, 5.00, 'paid', '2026-01-30 11:00:00'), (3, 120.50, NULL, '2026-01-31 09:00:00')",
];
const AT_TARGET = [
  'CREATE SCHEMA reporting', 'GRANT USAGE, CREATE ON SCHEMA reporting TO loader', 'GRANT TEMPORARY ON DATABASE dev TO loader',
  'CREATE TABLE reporting.orders (id BIGINT, amount DECIMAL(12,2), state VARCHAR(80), updated_at TIMESTAMP)', 'ALTER TABLE reporting.orders OWNER TO loader',
  "INSERT INTO reporting.orders VALUES (1, 19.99, 'new', '2026-01-29 10:00:00'), (1, 19.99, 'paid', '2026-01-30 10:00:00'), (2, 5.00, 'paid', '2026-01-30 11:00:00')",
];

test('the blocks of a page are found in order, with their lines', () => {
  expect(pageBlocks('# A\n```sh\na\nb\n```\n\n```sql\n-- at MySQL\n```\n')).toEqual([{ language: 'sh', text: 'a\nb\n', line: 3 }, { language: 'sql', text: '-- at MySQL\n', line: 8 }]);
});

let room: PageRoom;
beforeAll(async () => {
  room = await PageRoom.start();
});
afterAll(async () => await room[Symbol.asyncDispose]());

test('the quickstart, typed as it stands, leads to a table that equals its source', async () => {
  const ran = await room.follow('quickstart.md');
  expect(ran.length).toBeGreaterThan(6);
  const rows = await room.rows('Redshift', ROWS.replace('%', 'reporting'));
  expect(rows).toEqual(await room.rows('MySQL', ROWS.replace('%', 'sales')));
  expect(rows).toHaveLength(4);
});

test('every command of the operators’ guide runs after the quickstart, and the table still equals its source', async () => {
  const ran = await room.follow('operators-guide.md');
  expect(ran.length).toBeGreaterThan(8);
  expect(await room.rows('Redshift', ROWS.replace('%', 'reporting'))).toEqual(await room.rows('MySQL', ROWS.replace('%', 'sales')));
});

test('moving from the replaced tool, step by step, ends with a table that equals its source', async () => {
  await using moved = await PageRoom.start();
  for (const statement of AT_SOURCE) await moved.run('MySQL', statement);
  for (const statement of AT_TARGET) await moved.run('Redshift', statement);
  const old = join(moved.folder, 'old');
  await mkdir(join(old, 'config', 'pipelines'), { recursive: true });
  await writeFile(join(old, 'config', 'connections.yml'), `connections:
  sources:
    SHOP_RO:
      type: mysql
      host: mysql.example.com
      database: sales
      username: reader
      password: "\${DB_SHOP_RO_PASSWORD}"
  targets:
    dw:
      type: redshift
      host: warehouse.example.com
      database: dev
      schema: reporting
      username: loader
      password: "\${REDSHIFT_PASSWORD}"
s3_configs:
  s3_qa:
    bucket_name: example-staging
    region: eu-central-1
    incremental_path: incremental/
`);
  await writeFile(join(old, 'config', 'pipelines', 'shop_pipeline.yml'), 'pipeline:\n  source: SHOP_RO\n  target: dw\ntables:\n  sales.orders:\n    cdc_strategy: hybrid\n    cdc_timestamp_column: updated_at\n    cdc_id_column: id\n');
  await writeFile(join(moved.folder, '.env'), moved.withPassword('DB_SHOP_RO_PASSWORD=example-reader-1\nREDSHIFT_PASSWORD=Example-loader-1\n'));
  await moved.bucket.put('watermark/tables/shop_ro_sales_orders.json', JSON.stringify({
    last_mysql_data_timestamp: '2026-01-30T11:00:00', last_processed_id: 2, mysql_status: 'success', redshift_status: 'success', mysql_rows_extracted: 3, redshift_rows_loaded: 3, s3_file_count: 1, backup_s3_files: [], processed_s3_files: [],
  }));

  await moved.follow('moving.md', (text) => text.replaceAll('/srv/old', old));
  expect(await moved.rows('Redshift', ROWS.replace('%', 'reporting'))).toEqual(await moved.rows('MySQL', ROWS.replace('%', 'sales')));
});
