import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigRoom } from './config-room.ts';
import { documentOf } from './told-failure.ts';

const OLD = {
  'old/config/connections.yml': `connections:
  sources:
    SHOP_RO: { type: mysql, host: mysql.example.com, database: sales, username: reader, password: example-plain-password }
  targets:
    dw: { type: redshift, host: warehouse.example.com, database: analytics, schema: public, username: loader, password: "\${REDSHIFT_PASSWORD}" }
s3_configs:
  s3_qa: { bucket_name: example-staging, region: eu-central-1 }
`,
  'old/config/pipelines/shop.yml': 'pipeline: { source: SHOP_RO, target: dw, sync_frequency: daily }\ntables:\n  sales.rates: { cdc_strategy: full_sync }\n',
};
const SETUP = 'config setup --source SHOP_RO --source-host mysql.example.com --source-database sales --source-user reader --target-host warehouse.example.com --target-database analytics --target-user loader --bucket example-staging --region eu-central-1 -p shop_pipeline -t sales.orders'.split(' ');

let room: ConfigRoom;
beforeAll(async () => {
  room = await ConfigRoom.make(OLD);
});
afterAll(async () => await room[Symbol.asyncDispose]());

describe('config setup', () => {
  test('writes a configuration that validates, and never over one that is there', async () => {
    const made = await room.run([...SETUP, '--to', 'new/config', '--json']);
    expect(made.code, made.stdout).toBe(0);
    expect(documentOf(made)['result']).toMatchObject({ written: ['.env.example', 'config/connections.yml', 'config/pipelines/shop_pipeline.yml'].map((name) => join(room.folder, 'new', name)), variables: ['DB_SHOP_RO_PASSWORD', 'REDSHIFT_DW_PASSWORD'] });
    const checked = await room.run(['config', 'validate-pipeline', 'shop_pipeline', '--config', 'new/config'], { DB_SHOP_RO_PASSWORD: 'a', REDSHIFT_DW_PASSWORD: 'b' });
    expect(checked.stdout).toContain('shop_pipeline is valid: SHOP_RO to dw through main');

    await room.write({ 'new/config/connections.yml': 'mine' });
    const again = await room.run([...SETUP, '--to', 'new/config']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('are there already; nothing was written')]);
    expect(await readFile(join(room.folder, 'new/config/connections.yml'), 'utf8')).toBe('mine');
    expect((await room.run([...SETUP, '--to', 'new/config', '--force'])).code).toBe(0);
    expect(await readFile(join(room.folder, 'new/config/connections.yml'), 'utf8')).toContain('mysql.example.com');
  });

  test('asks nobody in a pipe, and says every flag that is missing', async () => {
    expect(await room.run(SETUP.slice(0, 4))).toMatchObject({ code: 2, stderr: expect.stringContaining('There is nobody to ask, and --source-host, --source-database, --source-user, --target-host') as string });
  });

  test('answers that make no configuration are refused before anything is written', async () => {
    const ended = await room.run([...SETUP.map((word) => (word === 'mysql.example.com' ? 'mysql://h' : word)), '--to', 'bad/config']);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('connections.sources.SHOP_RO.host is "mysql://h"; allowed: a host name or address')]);
    expect(await readdir(room.folder)).not.toContain('bad');
  });
});

describe('config import', () => {
  test('shows first, writes then, and the result validates', async () => {
    const shown = await room.run(['config', 'import', 'old', '--to', 'moved', '--dry-run', '--json']);
    expect(await readdir(room.folder)).not.toContain('moved');
    expect(documentOf(shown)['result']).toMatchObject({ written: [], not_carried: expect.arrayContaining([expect.objectContaining({ key: 'pipeline.sync_frequency', file: 'old/config/pipelines/shop.yml', line: 1 })]) as unknown });

    const moved = await room.run(['config', 'import', 'old/config', '--to', 'moved']);
    expect(moved.stdout).toMatch(/^pipeline\.sync_frequency +old\/config\/pipelines\/shop\.yml:1 +Tidemark schedules nothing/m);
    expect(moved.stdout).toContain('connections.sources.SHOP_RO.password stands in the file as it is');
    expect(`${moved.stdout}${moved.stderr}`).not.toContain('example-plain-password');
    expect((await readdir(join(room.folder, 'moved'))).sort()).toEqual(['connections.yml', 'pipelines']);
  });

  test('a directory that is none, and none named', async () => {
    expect(await room.run(['config', 'import', 'nowhere'])).toMatchObject({ code: 10, stderr: expect.stringContaining('CONFIG_MISSING') as string });
    expect((await room.run(['config', 'import'])).code).toBe(2);
  });
});
