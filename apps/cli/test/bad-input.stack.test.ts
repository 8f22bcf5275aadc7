import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack, NO_TRACES, type Room } from './command-stack.ts';
import { closedPort, startSilentHost } from './silent-host.ts';
import { documentOf, expectFailure, expectNoSecret, type ExpectedFailure } from './told-failure.ts';

// Each case is several processes that share the processors with those of four other cases.
vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const sync = (room: Room, ...more: string[]): string[] => ['sync', 'pipeline', '-p', room.pipeline, ...more];

/** A room with one table of a few rows. */
async function roomWithTable(table: string, options: Partial<Parameters<CommandStack['room']>[1]> = {}): Promise<Room> {
  await stack.createTable(table);
  return await stack.room(table, { tables: { [table]: BY_CHANGE }, ...options });
}

/** Expects that syncing fails, and that it leaves nothing. */
async function expectUntouched(room: Room, table: string, expected: ExpectedFailure): Promise<void> {
  await expectFailure(room, sync(room), expected);
  expect(await stack.traces(room, table)).toEqual(NO_TRACES);
}

test('a secret in an output is found', async () => {
  const room = await stack.room('leaky', { tables: { orders: '{}' } });
  expect(room.secrets.length).toBe(3);
  for (const secret of room.secrets) expect(() => expectNoSecret({ code: 0, signal: null, stdout: '', stderr: `login with ${secret}` }, room.secrets)).toThrow('a secret is in the output');
});

describe.concurrent('the command line', () => {
  test('a pipeline that does not exist', async () => {
    const room = await stack.room('shop_orders', { tables: { orders: '{}' } });
    await expectFailure(room, ['sync', 'pipeline', '-p', 'shop_order_pipeline'], { exit: 2, code: 'PIPELINE_UNKNOWN', says: ['no pipeline "shop_order_pipeline"', 'did you mean shop_orders_pipeline?'], remedy: ['stem of a file in pipelines/'] });
  });

  test('a table that the pipeline does not list', async () => {
    const room = await stack.room('listed', { tables: { orders: '{}', customers: '{}' } });
    await expectFailure(room, sync(room, '-t', 'custmers'), { exit: 2, code: 'TABLE_UNKNOWN', says: ['listed_pipeline lists no table named custmers', 'did you mean customers?'], remedy: ['Write a table that the pipeline lists'] });
    await expectFailure(room, ['sync', 'pipeline', '-t', 'shop.custmers'], { exit: 2, code: 'PIPELINE_NOT_FOUND', says: ['no pipeline lists the table shop.custmers'], remedy: ['Name the pipeline'] });
  });

  test('neither pipeline nor table', async () => {
    const room = await stack.room('unnamed', { tables: { orders: '{}' } });
    await expectFailure(room, ['sync', 'pipeline'], { exit: 2, code: 'CLI_USAGE', says: ['Neither a pipeline nor a table is given'], remedy: ['unnamed_pipeline'] });
  });

  test.each<[string, string[], string[], string]>([
    ['an unknown flag', ['sync', 'pipeline', '--pipline', 'x'], ['no flag --pipline', 'did you mean --pipeline?'], '--help'],
    ['an unknown command of a topic', ['sync', 'pipelin', '-p', 'x'], ['sync takes no pipelin', 'did you mean sync pipeline?'], 'tidemark sync pipeline'],
    ['an unknown topic', ['watermrk', 'get'], ['no command watermrk get', 'did you mean watermark get'], 'tidemark watermark get'],
    ['a word too much', ['sync', 'pipeline', 'shop_pipeline'], ['sync pipeline takes no shop_pipeline'], 'behind a flag'],
    ['a value that is no number', ['sync', 'pipeline', '-p', 'x', '--limit', 'many'], ['--limit takes an integer, not many'], '--help'],
    ['flags that exclude each other', ['sync', 'pipeline', '-p', 'x', '--backup-only', '--redshift-only'], ['--redshift-only', 'cannot stand with --backup-only'], '--help'],
    ['a value that is not one of those allowed', ['connections', 'test', '--type', 'oracle'], ['--type takes one of mysql, redshift, s3, not oracle'], '--help'],
  ])('%s', async (name, args, says, remedy) => {
    const room = await stack.room('usage', { tables: { orders: '{}' } });
    const { document } = await expectFailure(room, args, { exit: 2, code: 'CLI_USAGE', says, remedy: [remedy] });
    expect(Object.keys(document), name).toEqual(['status', 'code', 'exit_code', 'message', 'remedy', 'details', 'warnings']);
  });
});

describe.concurrent('the configuration', () => {
  test('no directory anywhere', async () => {
    const room = await stack.room('empty', { tables: { orders: '{}' } });
    await rm(room.config, { recursive: true });
    await expectFailure(room, sync(room), { exit: 10, code: 'CONFIG_MISSING', says: ['TIDEMARK_CONFIG', room.config, 'does not exist'], remedy: ['connections.yml'] });
    await mkdir(room.config);
    await expectFailure(room, sync(room), { exit: 10, code: 'CONFIG_MISSING', says: [room.config, 'connections.yml'], remedy: ['connections.yml'] });
  });

  test('YAML that is broken at a line', async () => {
    const room = await stack.room('broken', { tables: { orders: '{}' } });
    await room.replace('connections.yml', '      database: dev\n', '      database: dev\n     schema: x\n');
    await expectFailure(room, sync(room), { exit: 10, code: 'CONFIG_YAML_SYNTAX', says: [/config\/connections\.yml:31:\d+: \S/], remedy: [/\S/] });
  });

  test('an unknown key', async () => {
    const room = await stack.room('misspelt', { tables: { orders: '{ lookbck: 1h }' } });
    await expectUntouched(room, 'orders', {
      exit: 10, code: 'CONFIG_UNKNOWN_KEY', says: ['config/pipelines/misspelt_pipeline.yml:7:19: unknown key "lookbck" in tables.sales.orders; the nearest known one is "lookback"'], remedy: ['Write lookback instead of lookbck.'],
    });
  });

  test('a variable that is not set', async () => {
    const room = await stack.room('unset', { tables: { orders: '{}' }, variables: { DB_SHOP_RO_PASSWORD: undefined } });
    await expectUntouched(room, 'orders', {
      exit: 10, code: 'CONFIG_UNSET_VARIABLE', says: [/config\/connections\.yml:9:\d+: the variable DB_SHOP_RO_PASSWORD is not set \(connections\.sources\.SHOP_RO\.password\)/], remedy: ['Set DB_SHOP_RO_PASSWORD in the environment or in .env'],
    });
  });

  test('a command asks only for the secrets that it uses', async () => {
    const withoutTarget = await roomWithTable('halves', { variables: { REDSHIFT_LOADER_PASSWORD: undefined } });
    const staged = await withoutTarget.sync('--backup-only', '--json');
    expect(documentOf(staged)).toMatchObject({ status: 'success', exit_code: 0, summary: { total_rows_processed: 3 } });
    expect((await withoutTarget.sync('--dry-run')).code).toBe(0);
    for (const command of ['get', 'list']) expect((await withoutTarget.run('watermark', command, '-p', withoutTarget.pipeline)).code).toBe(0);
    await expectFailure(withoutTarget, sync(withoutTarget, '--redshift-only'), { exit: 10, code: 'CONFIG_UNSET_VARIABLE', says: ['REDSHIFT_LOADER_PASSWORD'], remedy: ['Set REDSHIFT_LOADER_PASSWORD'] });
    await writeFile(join(withoutTarget.folder, '.env'), Object.entries({ ...stack.servers.secrets(), DB_SHOP_RO_PASSWORD: '' }).map(([name, value]) => (value === '' ? '' : `${name}=${value}\n`)).join(''));
    expect(documentOf(await withoutTarget.sync('--redshift-only', '--json'))).toMatchObject({ status: 'success', summary: { total_rows_processed: 3 } });
    for (const command of [['watermark', 'get'], ['batches', 'list'], ['s3clean', 'list']]) expect((await withoutTarget.run(...command, '-p', withoutTarget.pipeline)).code).toBe(0);
  });
});

describe.concurrent('the source', () => {
  test('a wrong password', async () => {
    const room = await roomWithTable('password', { variables: { DB_SHOP_RO_PASSWORD: 'wrong-and-secret' } });
    const { username } = stack.servers.mariadb.reader;
    await expectUntouched(room, 'password', { exit: 12, code: 'SOURCE_LOGIN_REFUSED', says: ['source SHOP_RO', `127.0.0.1:${stack.servers.mariadb.port}`, `login of ${username}`], remedy: ['Check user name and password'] });
  });

  test('a port where nobody listens', async () => {
    const port = await closedPort();
    const room = await roomWithTable('nobody', { connections: { [`port: ${stack.servers.mariadb.port}`]: `port: ${port}` } });
    await expectUntouched(room, 'nobody', { exit: 13, code: 'SOURCE_UNREACHABLE', says: ['source SHOP_RO', `127.0.0.1:${port}`, 'does not answer', 'ECONNREFUSED'], remedy: ['Check host and port of the source'] });
  });

  test('a host that accepts and says nothing', async () => {
    await using host = await startSilentHost();
    const room = await roomWithTable('silence', { connections: { [`port: ${stack.servers.mariadb.port}`]: `port: ${host.port}` } });
    await expectUntouched(room, 'silence', { exit: 13, code: 'SOURCE_UNREACHABLE', says: ['source SHOP_RO', `127.0.0.1:${host.port}`, 'does not answer', 'ETIMEDOUT'], remedy: ['Check host and port of the source'] });
  });

  test('a table that does not exist', async () => {
    await stack.createTable('deliveries');
    const room = await stack.room('missing', { tables: { delivries: BY_CHANGE } });
    await expectUntouched(room, 'delivries', { exit: 13, code: 'SOURCE_TABLE_MISSING', says: ['no table sales.delivries', 'Similar tables: sales.deliveries'], remedy: ['Correct schema and table'] });
  });

  test('a table without a primary key', async () => {
    await stack.source.run('CREATE TABLE keyless (n INT, updated_at DATETIME(6) NOT NULL)');
    const room = await stack.room('keyless', { tables: { keyless: '{ cdc_timestamp_column: updated_at }' } });
    await expectUntouched(room, 'keyless', { exit: 10, code: 'CDC_NO_KEY', says: ['sales.keyless has no primary key'], remedy: ['Add a primary key', 'cdc_id_column'] });
  });

  test('a cursor column that the table does not have', async () => {
    const room = await roomWithTable('cursorless', { tables: { cursorless: '{ cdc_timestamp_column: changed_at, cdc_id_column: id }' } });
    await expectUntouched(room, 'cursorless', { exit: 10, code: 'CDC_CURSOR_MISSING', says: ['cdc_timestamp_column of sales.cursorless is changed_at', 'Its columns are: id, state, updated_at'], remedy: ['Correct the name'] });
  });

  test('a cursor column of a type without an order', async () => {
    const room = await roomWithTable('wordy', { tables: { wordy: '{ cdc_timestamp_column: state, cdc_id_column: id }' } });
    await expectUntouched(room, 'wordy', { exit: 10, code: 'CDC_CURSOR_TYPE', says: ['sales.wordy', 'state', /varchar\(20\)/i, /datetime/i], remedy: [/\S/] });
  });

  test('NULL in the cursor column', async () => {
    await stack.source.run('CREATE TABLE timeless (id INT PRIMARY KEY, updated_at DATETIME(6) NULL, KEY (updated_at, id))');
    await stack.source.run('INSERT INTO timeless VALUES (1, NOW(6) - INTERVAL 1 MINUTE), (2, NULL)');
    const room = await stack.room('timeless', { tables: { timeless: BY_CHANGE } });
    await expectFailure(room, sync(room), { exit: 20, code: 'SYNC_NULL_CURSOR', says: ['sales.timeless', 'updated_at is NULL', 'null_cursor is fail'], remedy: ['null_cursor: exclude'] });
    expect(await stack.traces(room, 'timeless')).toMatchObject({ data: 0, manifests: 0, target: false });
  });

  test('a value that cannot be represented', async () => {
    await stack.source.run('CREATE TABLE zeros (id INT PRIMARY KEY, born DATE NULL, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id))');
    await stack.source.run("INSERT INTO zeros VALUES (1, '2020-02-29', NOW(6) - INTERVAL 1 MINUTE), (7, '0000-00-00', NOW(6) - INTERVAL 1 MINUTE)");
    const room = await stack.room('zeros', { tables: { zeros: BY_CHANGE } });
    await expectFailure(room, sync(room), { exit: 20, code: 'DATA_ZERO_DATE', says: ['sales.zeros.born', "id = '7'", 'a zero date'], remedy: ['types.zero_date: to_null or sentinel'] });
    expect(await stack.traces(room, 'zeros')).toMatchObject({ data: 0, manifests: 0, target: false });
  });
});

describe.concurrent('the bucket', () => {
  test('is missing', async () => {
    const room = await roomWithTable('bucketless', { connections: { [`bucket_name: ${stack.servers.bucket}`]: 'bucket_name: tidemark-lost' } });
    await expectUntouched(room, 'bucketless', { exit: 14, code: 'STORE_BUCKET_MISSING', says: ['s3://tidemark-lost/', 'there is no such bucket'], remedy: ['Check bucket_name, region and endpoint', 'Create the bucket'] });
  });

  test('gives no rights', async () => {
    const { accessKeyId, secretAccessKey } = stack.servers.s3.powerless;
    const room = await roomWithTable('powerless', { variables: { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } });
    await expectUntouched(room, 'powerless', { exit: 12, code: 'STORE_ACCESS_DENIED', says: [`PutObject on s3://${stack.servers.bucket}/watermark/`, 'AccessDenied'], remedy: ['Grant s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject'] });
  });

  test('does not know the key', async () => {
    const room = await roomWithTable('keyhole', { variables: { S3_SECRET_ACCESS_KEY: 'wrong-and-secret' } });
    await expectUntouched(room, 'keyhole', { exit: 12, code: 'STORE_CREDENTIALS', says: [`s3://${stack.servers.bucket}/`, 'SignatureDoesNotMatch'], remedy: ['Check access_key_id and secret_access_key'] });
  });

  test('is down', async () => {
    const port = await closedPort();
    const room = await roomWithTable('s3down', { connections: { [`endpoint: ${stack.servers.s3.endpoint}`]: `endpoint: http://127.0.0.1:${port}` } });
    await expectUntouched(room, 's3down', { exit: 14, code: 'STORE_UNREACHABLE', says: [`s3://${stack.servers.bucket}/`, `no complete answer from http://127.0.0.1:${port}`, 'ECONNREFUSED'], remedy: ['Check endpoint, region, network and proxy'] });
  });

  test('says nothing', async () => {
    await using host = await startSilentHost();
    const room = await roomWithTable('s3silent', { connections: { [`endpoint: ${stack.servers.s3.endpoint}`]: `endpoint: http://127.0.0.1:${host.port}` } });
    const begun = performance.now();
    await expectUntouched(room, 's3silent', { exit: 14, code: 'STORE_UNREACHABLE', says: [`no complete answer from http://127.0.0.1:${host.port}`], remedy: ['Check endpoint, region, network and proxy'] });
    expect(performance.now() - begun, 'two runs').toBeLessThan(60_000);
  });
});

describe.concurrent('the target', () => {
  test('is down', async () => {
    const port = await closedPort();
    const room = await roomWithTable('rsdown', { connections: { [`port: ${stack.servers.redshift.port}`]: `port: ${port}` } });
    await expectUntouched(room, 'rsdown', { exit: 15, code: 'TARGET_UNREACHABLE', says: ['target dw', `127.0.0.1:${port}`, 'does not answer', 'ECONNREFUSED'], remedy: ['Check host and port of the target'] });
  });

  test('refuses the password', async () => {
    const room = await roomWithTable('rspassword', { variables: { REDSHIFT_LOADER_PASSWORD: 'wrong-and-secret' } });
    await expectUntouched(room, 'rspassword', { exit: 12, code: 'TARGET_LOGIN_REFUSED', says: ['target dw', stack.servers.redshift.loader.username], remedy: ['Check user name and password of the target'] });
  });

  test('gives no rights; the GRANT statements of the message are all that is needed', async () => {
    const { loader, stranger } = stack.servers.redshift;
    const room = await roomWithTable('rights', { connections: { [`username: ${loader.username}`]: `username: ${stranger.username}` }, variables: { REDSHIFT_LOADER_PASSWORD: stranger.password } });
    const { remedy } = await expectFailure(room, sync(room), { exit: 12, code: 'TARGET_GRANTS', says: [`User ${stranger.username} lacks a right for reporting.rights`, 'permission denied'], remedy: [/GRANT USAGE, CREATE ON SCHEMA "\w+" TO .*;/] });
    expect(await stack.traces(room, 'rights')).toEqual(NO_TRACES);
    await stack.target.run(...remedy.filter((step) => step.startsWith('GRANT ')));
    expect(documentOf(await room.sync('--json'))).toMatchObject({ status: 'success', summary: { total_rows_processed: 3 } });
  });

  test('has a table with other columns', async () => {
    const room = await roomWithTable('differs');
    await using loader = await stack.servers.redshift.connect(stack.servers.redshift.loader);
    await loader.run('CREATE TABLE reporting.differs (id INTEGER, state VARCHAR(5), updated_at TIMESTAMP, extra INTEGER NOT NULL)');
    const { document } = await expectFailure(room, sync(room), {
      exit: 15, code: 'TARGET_COLUMNS_DIFFER',
      says: ['reporting.differs', 'extra (integer) is NOT NULL without a default', 'It would also have to be built anew: id from integer to DECIMAL(20,0)'],
      remedy: ['Change the columns', 'target_name'],
    });
    expect((document['table_results'] as Record<string, { error_details: { differences: unknown } }>)['sales.differs']!.error_details.differences).toEqual([
      { column: 'extra', problem: 'required', staged: null, existing: 'integer' },
    ]);
    expect(await loader.rows('SELECT * FROM reporting.differs')).toEqual([]);
  });

  test('has a table that another pipeline loads', async () => {
    const owner = await roomWithTable('shared');
    expect((await owner.sync()).code).toBe(0);
    const other = await stack.room('second', { tables: { shared: BY_CHANGE } });
    await expectFailure(other, sync(other), { exit: 21, code: 'LEDGER_OWNED', says: ['reporting.shared is loaded by shared_pipeline/dw/SHOP_RO:sales.shared', 'second_pipeline/dw/SHOP_RO:sales.shared may not'], remedy: ['Load into another table'] });
    expect(await stack.traces(other, 'shared')).toMatchObject({ manifests: 0, watermarks: 0 });
    expect(await stack.target.rows('SELECT COUNT(*) AS count FROM reporting.shared')).toEqual([{ count: '3' }]);
  });
});

describe.concurrent('the state', () => {
  const watermarkKey = (room: Room, table: string): string => `watermark/${room.pipeline}/dw/tables/shop_ro_sales_${table}.json`;

  /** Puts another text in the place of a watermark, expects that the next sync refuses it, and that it is still there then. */
  async function expectRefused(room: Room, table: string, text: string, expected: ExpectedFailure): Promise<void> {
    const key = watermarkKey(room, table);
    await stack.bucket.put(key, text);
    await expectFailure(room, sync(room), { ...expected, says: [key, ...expected.says] });
    expect((await room.run('watermark', 'get', '-p', room.pipeline)).code).toBe(expected.exit);
    expect(await stack.bucket.text(key)).toBe(text);
  }

  async function syncedRoom(table: string): Promise<{ readonly room: Room; readonly watermark: string }> {
    const room = await roomWithTable(table);
    expect((await room.sync()).code).toBe(0);
    return { room, watermark: await stack.bucket.text(watermarkKey(room, table)) };
  }

  test('a watermark that is not JSON is repaired; without it too, or a new epoch begins', async () => {
    const { room, watermark } = await syncedRoom('garbled');
    await expectRefused(room, 'garbled', '{ "epoch": ', { exit: 21, code: 'WATERMARK_CORRUPT', says: ['it is not JSON'], remedy: ['tidemark watermark repair --from-ledger', 'Or read the table anew: tidemark watermark reset'] });
    const repair = ['watermark', 'repair', '-p', room.pipeline, '-t', 'garbled', '--from-ledger'];
    expect((await room.run(...repair, '--dry-run')).stdout).toContain('would be at epoch 1, staged through batch 1, loaded through batch 1');
    expect((await room.run(...repair, '--yes')).code).toBe(0);
    expect(JSON.parse(await stack.bucket.text(watermarkKey(room, 'garbled')))).toMatchObject({ epoch: 1, loaded_through: (JSON.parse(watermark) as { loaded_through: object }).loaded_through });
    expect((await room.sync()).code).toBe(0);
    await stack.bucket.remove(watermarkKey(room, 'garbled'));
    await expectFailure(room, sync(room), { exit: 21, code: 'STATE_NO_WATERMARK', says: ['SHOP_RO:sales.garbled', 'the load ledger of dw is at epoch 1, batch', 'there is no watermark'], remedy: ['tidemark watermark repair --from-ledger', 'tidemark watermark reset'] });
    expect((await room.run('watermark', 'reset', '-p', room.pipeline, '-t', 'garbled', '--yes')).code).toBe(0);
    expect((await room.sync()).code).toBe(0);
    expect(await stack.target.rows('SELECT COUNT(*) AS count FROM reporting.garbled')).toEqual([{ count: '3' }]);
  });

  test("a watermark that is another table's", async () => {
    const [{ room }, { watermark }] = await Promise.all([syncedRoom('mine'), syncedRoom('theirs')]);
    await expectRefused(room, 'mine', watermark, { exit: 21, code: 'WATERMARK_FOREIGN', says: ['is that of theirs_pipeline/dw/SHOP_RO:sales.theirs, not of mine_pipeline/dw/SHOP_RO:sales.mine'], remedy: ['If the object was copied here by hand, remove it'] });
  });

  test('a watermark of a newer format', async () => {
    const { room, watermark } = await syncedRoom('newer');
    const text = JSON.stringify({ ...(JSON.parse(watermark) as object), format_version: 99 });
    await expectRefused(room, 'newer', text, { exit: 21, code: 'LAYOUT_FORMAT_NEWER', says: ['has format version 99; this version of Tidemark reads up to 1'], remedy: ['Upgrade Tidemark', 'Do not delete the document'] });
  });

  test('a manifest that is missing in the middle', async () => {
    await stack.createTable('gap', 9);
    const room = await stack.room('gap', { tables: { gap: BY_CHANGE }, pipeline: { processing: '{ batch_size: 3 }' } });
    expect((await room.sync('--backup-only')).code).toBe(0);
    const folder = `watermark/${room.pipeline}/dw/manifests/shop_ro_sales_gap/1/`;
    expect((await stack.bucket.keysWith(folder)).length).toBeGreaterThanOrEqual(3);
    await stack.bucket.remove(`${folder}000000000002.json`);
    await expectFailure(room, sync(room), { exit: 21, code: 'MANIFEST_GAP', says: ['Manifest 2 of epoch 1 of gap_pipeline/dw/SHOP_RO:sales.gap is missing', 'the next one is 3'], remedy: ['Restore the object', 'tidemark watermark reset'] });
    expect(await stack.hasTarget('gap')).toBe(false);
  });
});

describe('the ssh server', () => {
  test('shows a host key that is not known', async () => {
    const { sshd } = stack.servers;
    const room = await roomWithTable('stranger', { pipeline: { source: 'SHOP_RO_TUNNEL' }, connections: { [sshd.knownHostsPath]: '../known_hosts' } });
    await writeFile(join(room.folder, 'known_hosts'), '');
    const place = `[127.0.0.1]:${sshd.port} ssh-ed25519 `;
    await expectUntouched(room, 'stranger', { exit: 12, code: 'TUNNEL_HOST_KEY_UNKNOWN', says: [`127.0.0.1:${sshd.port}`, sshd.hostKeySha256, join(room.folder, 'known_hosts')], remedy: ['Check the fingerprint', place] });
  });

  test('shows another host key than the known one', async () => {
    const { sshd } = stack.servers;
    const room = await roomWithTable('changed', { pipeline: { source: 'SHOP_RO_TUNNEL' } });
    await sshd.changeHostKey();
    await expectUntouched(room, 'changed', { exit: 12, code: 'TUNNEL_HOST_KEY_CHANGED', says: [`127.0.0.1:${sshd.port}`, sshd.hostKeySha256, sshd.knownHostsPath, 'has another one'], remedy: ['Ask the server’s administrator whether the key was replaced'] });
  });
});
