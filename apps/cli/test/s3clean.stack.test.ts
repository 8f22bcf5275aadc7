import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import type { Ended } from './program.ts';
import { documentOf, expectFailure, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 500_000, hookTimeout: 300_000 });

let stack: CommandStack;
let s3: S3Client;
beforeAll(async () => {
  stack = await CommandStack.start();
  const { endpoint, region, accessKeyId, secretAccessKey } = stack.servers.s3;
  s3 = new S3Client({ endpoint, region, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', credentials: { accessKeyId, secretAccessKey } });
});
afterAll(async () => {
  s3.destroy();
  await stack[Symbol.asyncDispose]();
});

interface CleanedTable {
  readonly before: { readonly objects: number; readonly bytes: number };
  readonly after: { readonly objects: number; readonly bytes: number };
  readonly removed: { readonly objects: number };
  readonly keys: readonly string[];
  readonly unloaded: { readonly batches: readonly { readonly batchId: string }[]; readonly keys: readonly string[]; readonly epoch: number | null } | null;
}

function expectDone(ended: Ended, room: Room): Ended {
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expectNoSecret(ended, room.secrets);
  return ended;
}

async function cleaned(room: Room, ...args: string[]): Promise<CleanedTable> {
  const ended = expectDone(await room.run('s3clean', 'clean', '-p', room.pipeline, '--json', ...args), room);
  return (documentOf(ended) as { result: { tables: CleanedTable[] } }).result.tables[0]!;
}

const dataKeys = (table: string): Promise<string[]> => stack.bucket.keysWith(`incremental/shop_ro_sales_${table}/`);
const change = (table: string, state: string): Promise<unknown> => stack.source.run(`UPDATE ${table} SET state = '${state}', updated_at = NOW(6) - INTERVAL 1 SECOND`);
const targetStates = async (table: string): Promise<unknown> => (await stack.target.rows(`SELECT state, COUNT(*) AS count FROM reporting.${table} GROUP BY state ORDER BY state`)).map(({ state, count }) => `${state} ${count}`);

/** A table with a loaded batch, and one that waits; its neighbour's name begins with its own. */
async function waiting(name: string): Promise<Room> {
  for (const table of [name, `${name}_history`]) await stack.createTable(table);
  const room = await stack.room(name, { tables: { [name]: BY_CHANGE, [`${name}_history`]: BY_CHANGE } });
  expectDone(await room.sync('--quiet'), room);
  await change(name, 'sent');
  expectDone(await room.sync('--quiet', '--backup-only'), room);
  return room;
}

describe('what was never loaded', () => {
  test('goes only when its table is named in full, and the next sync reads its rows again', async () => {
    const room = await waiting('crates');
    const before = await dataKeys('crates');
    const neighbour = await dataKeys('crates_history');
    const args = ['-t', 'sales.crates', '--include-unloaded', '--older-than', '0'];
    const planned = await cleaned(room, ...args, '--dry-run');
    expect(planned).toMatchObject({ removed: { objects: before.length - 1 }, unloaded: { epoch: 2, batches: [{ objects: 1, rows: 3, isReadAgain: true }] } });
    expect(await dataKeys('crates'), 'a dry run').toEqual(before);

    const command = ['s3clean', 'clean', '-p', room.pipeline, ...args];
    for (const answer of [[], ['--yes'], ['--force'], ['--yes', '--confirm-table', 'sales.crates_history']]) {
      await expectFailure(room, [...command, ...answer], { exit: 2, code: 'CLI_NOT_CONFIRMED', says: ['never loaded', 'begins epoch 2', 'reads those rows again', '--yes does not answer this'], remedy: ['--confirm-table sales.crates'] });
    }
    expect(await dataKeys('crates'), 'nobody said yes').toEqual(before);

    // The name answers for what was never loaded, --yes for what is loaded.
    await expectFailure(room, [...command, '--confirm-table', 'sales.crates'], { exit: 2, code: 'CLI_NOT_CONFIRMED', says: ['Remove 1 loaded files'], remedy: ['--yes'] });
    const done = await cleaned(room, ...args, '--confirm-table', 'sales.crates', '--yes');
    expect(done).toMatchObject({ before: { objects: before.length }, after: { objects: 0, bytes: 0 }, unloaded: { epoch: 2 } });
    expect([...done.keys, ...done.unloaded!.keys].sort()).toEqual(before);
    expect(await dataKeys('crates')).toEqual([]);
    expect(await dataKeys('crates_history'), 'its neighbour').toEqual(neighbour);
    expect(await stack.bucket.keysWith(`${room.pipeline}/dw/manifests/shop_ro_sales_crates/tombstones/`)).toHaveLength(1);

    expect(documentOf(await room.run('watermark', 'get', '-p', room.pipeline, '-t', 'sales.crates', '--json'))).toMatchObject({ result: { watermarks: [{ watermark: { epoch: 2 } }] } });
    expectDone(await room.sync('--quiet'), room);
    expect(await targetStates('crates')).toEqual(['sent 3']);
  });

  test('without the flag it stays, and with a pattern or an age that does not take all of it', async () => {
    const room = await waiting('tubs');
    const { unloaded, keys } = await cleaned(room, '-t', 'sales.tubs', '--older-than', '0', '--yes');
    expect([unloaded, keys.length]).toEqual([null, 1]);
    const left = await dataKeys('tubs');
    expect(left).toHaveLength(1);
    for (const args of [['--older-than', '1h'], [], ['--older-than', '0', '--pattern', '*.csv']]) {
      expect(await cleaned(room, '-t', 'sales.tubs', '--include-unloaded', '--confirm-table', 'sales.tubs', ...args), args.join(' ')).toMatchObject({ unloaded: { batches: [], epoch: null, kept: [expect.any(String)] } });
    }
    expect(await dataKeys('tubs')).toEqual(left);
    expectDone(await room.sync('--quiet', '--redshift-only'), room);
    expect(await targetStates('tubs')).toEqual(['sent 3']);
  });

  test('clean-all asks for each table that has some', async () => {
    const room = await waiting('bins');
    await change('bins_history', 'sent');
    expectDone(await room.sync('--quiet', '--backup-only'), room);
    const before = await dataKeys('bins');
    const command = ['s3clean', 'clean-all', '-p', room.pipeline, '--include-unloaded', '--older-than', '0', '--yes', '--confirm-table', 'sales.bins'];
    await expectFailure(room, command, { exit: 2, code: 'CLI_NOT_CONFIRMED', says: ['SHOP_RO:sales.bins_history'], remedy: ['--confirm-table sales.bins_history'] });
    expect(await dataKeys('bins')).toEqual(before);
    expectDone(await room.run(...command, '--confirm-table', 'sales.bins_history'), room);
    expect([...(await dataKeys('bins')), ...(await dataKeys('bins_history'))]).toEqual([]);
    expectDone(await room.sync('--quiet'), room);
    expect([await targetStates('bins'), await targetStates('bins_history')]).toEqual([['sent 3'], ['sent 3']]);
  });

  test('--confirm-table alone is a mistake', async () => {
    const room = await stack.room('alone', { tables: { crates: BY_CHANGE } });
    expect((await room.run('s3clean', 'clean', '-p', room.pipeline, '-t', 'sales.crates', '--confirm-table', 'sales.crates')).code).toBe(2);
  });
});

test('a key that S3 does not delete is an error, and the next clean ends the work', async () => {
  const room = await waiting('vats');
  const { faults } = stack.servers.s3;
  const fault = faults.add({ action: 'fail-keys', keys: /shop_ro_sales_vats_1-.*parquet$/, times: Infinity });
  const clean = ['s3clean', 'clean', '-p', room.pipeline, '-t', 'sales.vats', '--older-than', '0', '--yes'];
  await expectFailure(room, clean, { exit: 14, code: 'STORE_DELETE_INCOMPLETE', says: ['shop_ro_sales_vats_1-'], remedy: [/\S/] });
  expect(await dataKeys('vats')).toHaveLength(2);
  fault.remove();
  expect(await cleaned(room, '-t', 'sales.vats', '--older-than', '0', '--yes')).toMatchObject({ removed: { objects: 1 } });
  expectDone(await room.sync('--quiet'), room);
  expect(await targetStates('vats')).toEqual(['sent 3']);
});

test('while Redshift is away nothing is loaded, and nothing goes', async () => {
  const room = await waiting('jars');
  const before = await dataKeys('jars');
  await room.replace('connections.yml', `port: ${stack.servers.redshift.port}`, 'port: 9');
  for (const extra of [[], ['--include-unloaded', '--confirm-table', 'sales.jars']]) {
    expect((await room.run('s3clean', 'clean', '-p', room.pipeline, '-t', 'sales.jars', '--older-than', '0', '--yes', ...extra)).code).toBe(15);
  }
  expect((await room.run('s3clean', 'orphans', '-p', room.pipeline, '--older-than', '0', '--yes')).code).toBe(15);
  expect(await dataKeys('jars')).toEqual(before);
});

test('unfinished uploads are listed, and orphans gives up those of broken runs', async () => {
  const room = await waiting('pots');
  const [part] = await dataKeys('pots');
  const Bucket = stack.servers.bucket;
  const begin = async (Key: string): Promise<string> => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }));
    return UploadId!;
  };
  const broken = part!.replace(/-00000\.parquet$/, '-00077.parquet');
  const foreign = 'incremental/shop_ro_sales_pots/notes.bin';
  await begin(broken);
  const foreignId = await begin(foreign);
  const listed = documentOf(await room.run('s3clean', 'list', '-p', room.pipeline, '--json')) as { result: { uploads: unknown[] } };
  expect(listed.result.uploads).toEqual([expect.objectContaining({ key: foreign, table: null }), expect.objectContaining({ key: broken, table: 'SHOP_RO:sales.pots' })]);
  expect((await room.run('s3clean', 'list', '-t', 'sales.pots', '-p', room.pipeline)).stdout).toMatch(/^unfinished upload since \S+: \S+-00077\.parquet$/m);
  expectDone(await room.run('s3clean', 'orphans', '-p', room.pipeline, '-t', 'sales.pots', '--older-than', '0', '--yes'), room);
  const { Uploads: uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(uploads.map(({ Key }) => Key), 'foreign ones stay').toEqual([foreign]);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: foreign, UploadId: foreignId }));
});

test('what other tools have put there is foreign, and stays', async () => {
  const room = await waiting('cans');
  const foreign = ['incremental/shop_ro_sales_cans/shop_ro_sales_cans_20250101_120000_batch_1.parquet', 'incremental/shop_ro_sales_cans/notes.txt'];
  for (const key of foreign) await stack.bucket.put(key, 'x');
  const listed = documentOf(await room.run('s3clean', 'list', '-p', room.pipeline, '--json')) as { result: { objects: { key: string; state: string }[] } };
  const states = Object.fromEntries(listed.result.objects.filter(({ key }) => key.includes('_cans/')).map(({ key, state }) => [key, state]));
  expect(foreign.map((key) => states[key])).toEqual(['foreign', 'foreign']);
  expect(Object.values(states).sort()).toEqual(['awaiting load', 'foreign', 'foreign', 'loaded']);
  await cleaned(room, '-t', 'sales.cans', '--older-than', '0', '--include-unloaded', '--confirm-table', 'sales.cans', '--yes');
  expectDone(await room.run('s3clean', 'orphans', '-p', room.pipeline, '--older-than', '0', '--yes'), room);
  expect(await dataKeys('cans')).toEqual([...foreign].sort());
});

// The last: the bucket keeps versions from here on.
describe('in a bucket that keeps versions', () => {
  const versions = async (table: string): Promise<{ readonly versions: number; readonly markers: number }> => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: stack.servers.bucket, Prefix: `incremental/shop_ro_sales_${table}/` }));
    return { versions: Versions.length, markers: DeleteMarkers.length };
  };
  beforeAll(async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket: stack.servers.bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  });

  test('every version and marker goes', async () => {
    const room = await waiting('kegs');
    await cleaned(room, '-t', 'sales.kegs', '--older-than', '0', '--include-unloaded', '--confirm-table', 'sales.kegs', '--yes');
    expect(await versions('kegs')).toEqual({ versions: 0, markers: 0 });
  });

  test('--simple-delete only adds markers', async () => {
    const room = await waiting('urns');
    await cleaned(room, '-t', 'sales.urns', '--older-than', '0', '--include-unloaded', '--confirm-table', 'sales.urns', '--simple-delete', '--yes');
    expect(await versions('urns')).toEqual({ versions: 2, markers: 2 });
    expect(await dataKeys('urns')).toEqual([]);
    expectDone(await room.sync('--quiet'), room);
    expect(await targetStates('urns')).toEqual(['sent 3']);
  });
});
