import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPipelineForTable } from '../find/find-pipeline.ts';
import { loadConfig } from './load-config.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-env-only-')));
  await mkdir(join(root, 'deep'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const LINES = [
  'DB_HOST=mysql.example.com', 'DB_PORT=3307', 'DB_USER=reader', 'DB_PASSWORD=p#w `$x{}%', 'DB_DATABASE=sales',
  'REDSHIFT_HOST=warehouse.example.com', 'REDSHIFT_PORT=5440', 'REDSHIFT_USER=loader', 'REDSHIFT_PASSWORD=dw', 'REDSHIFT_DATABASE=analytics', 'REDSHIFT_SCHEMA=reporting',
  'S3_BUCKET_NAME=example-staging', 'S3_REGION=eu-central-1', 'AWS_ACCESS_KEY_ID=EXAMPLE', 'AWS_SECRET_ACCESS_KEY=example',
];
const TUNNELS = ['SSH_BASTION_HOST=bastion.example.com', 'SSH_BASTION_USER=tunnel', 'SSH_BASTION_KEY_PATH=~/.ssh/id_ed25519'];

const load = async (lines: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
  await writeFile(join(root, '.env'), `${lines.join('\n')}\n`);
  return loadConfig({ cwd: join(root, 'deep'), variables, home: '/home/anna' });
};

describe('a set-up of variables only', () => {
  test('is the connections and the pipeline of the name default', async () => {
    const config = await load([...LINES, 'BACKUP_BATCH_SIZE=250000', 'ENABLE_MULTI_SCHEMA=true']);
    expect([config.directory, config.pipelines, config.sources.names, config.targets.names, config.s3Configs.names]).toEqual([root, ['default'], ['default'], ['default'], ['default']]);
    const { source, target, s3, tables, table } = config.pipeline('default');
    expect([source.host, source.port, source.username, source.password.reveal(), source.database, source.tunnel]).toEqual(['mysql.example.com', 3307, 'reader', 'p#w `$x{}%', 'sales', null]);
    expect([target.host, target.port, target.username, target.password.reveal(), target.database, target.schema, target.tunnel]).toEqual(['warehouse.example.com', 5440, 'loader', 'dw', 'analytics', 'reporting', null]);
    expect([s3.bucket, s3.region, s3.credentials?.accessKeyId, s3.credentials?.secretAccessKey.reveal(), s3.incrementalPath]).toEqual(['example-staging', 'eu-central-1', 'EXAMPLE', 'example', 'incremental/']);
    expect([tables, table('sales.orders').scopedName, table('sales.orders').processing.maxFileRows]).toEqual([[], 'default:sales.orders', 250_000]);
    expect(config.validate()).toEqual([]);
  });

  test('its pipeline is found from a table of the database', async () => {
    expect(findPipelineForTable(await load(LINES), { table: 'sales.orders' }).pipeline).toBe('default');
  });

  test('the environment of the process beats .env, and may be all there is', async () => {
    expect((await load(LINES, { DB_USER: 'process' })).sources.get('default').username).toBe('process');
    const variables = Object.fromEntries(LINES.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    expect((await load([], variables)).pipeline('default').source.host).toBe('mysql.example.com');
  });

  test.each([
    ['the names of one time', ['REDSHIFT_SSH_HOST=rs.example.com', 'REDSHIFT_SSH_USERNAME=jump', 'REDSHIFT_SSH_PRIVATE_KEY_PATH=keys/rs', 'REDSHIFT_SSH_LOCAL_PORT=15439'], 15_439],
    ['the names of another', ['REDSHIFT_SSH_BASTION_HOST=rs.example.com', 'REDSHIFT_SSH_BASTION_USER=jump', 'REDSHIFT_SSH_BASTION_KEY_PATH=keys/rs'], 0],
  ])('tunnels: %s', async (_name, lines, localPort) => {
    const { source, target } = (await load([...LINES, ...TUNNELS, ...lines])).pipeline('default');
    expect([source.tunnel?.host, source.tunnel?.username, source.tunnel?.privateKeyPath]).toEqual(['bastion.example.com', 'tunnel', '/home/anna/.ssh/id_ed25519']);
    expect([target.tunnel?.host, target.tunnel?.username, target.tunnel?.privateKeyPath, target.tunnel?.localPort]).toEqual(['rs.example.com', 'jump', join(root, 'keys/rs'), localPort]);
  });

  test('a variable that is missing stops what needs it, and is named', async () => {
    const config = await load(LINES.filter((line) => !line.startsWith('REDSHIFT_')));
    expect(config.pipeline('default', { needs: ['source'] }).source.host).toBe('mysql.example.com');
    expect(config.validate().map(({ message, remedy }) => [message, remedy])).toContainEqual([
      'connections.yml made from .env:11:14: the variable REDSHIFT_HOST is not set (connections.targets.default.host)', 'Set REDSHIFT_HOST in the environment or in .env beside the configuration directory.',
    ]);
  });

  test('files go before it, and a directory that is named is never passed over', async () => {
    await expect(loadConfig({ cwd: root, directory: 'nowhere', variables: { DB_HOST: 'h', S3_BUCKET_NAME: 'bbb' } })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    await expect(loadConfig({ cwd: root, variables: { TIDEMARK_CONFIG: 'nowhere', DB_HOST: 'h', S3_BUCKET_NAME: 'bbb' } })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    await mkdir(join(root, 'config'));
    await writeFile(join(root, 'config/connections.yml'), 'connections: { sources: { FILE: { host: h, database: d, username: u, password: p } } }');
    expect((await load(LINES)).sources.names).toEqual(['FILE']);
  });

  test('without its variables the error says where it looked', async () => {
    await expect(load(['DB_HOST=h'])).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  });
});
