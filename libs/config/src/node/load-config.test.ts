import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONNECTIONS, PIPELINE, VARIABLES } from '../../test/config-texts.ts';
import { ConfigError } from '../errors.ts';
import { loadConfig } from './load-config.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-config-')));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

async function errorOf(promise: Promise<unknown>): Promise<ConfigError> {
  const error: unknown = await promise.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error('no ConfigError was thrown', { cause: error });
  return error;
}

const SET = { 'config/connections.yml': CONNECTIONS, 'config/pipelines/shop.yml': PIPELINE };

describe('the directory', () => {
  test('the nearest config/ upward that has a connections.yml', async () => {
    await write({ ...SET, 'deep/er/config/other.json': '{}' });
    const config = await loadConfig({ cwd: join(root, 'deep/er'), variables: VARIABLES });
    expect(config.directory).toBe(join(root, 'config'));
    expect(config.pipeline('shop').file).toBe(join(root, 'config/pipelines/shop.yml'));
  });

  test('--config before TIDEMARK_CONFIG before the search', async () => {
    await write({ ...SET, 'a/connections.yml': CONNECTIONS, 'b/connections.yaml': CONNECTIONS });
    const variables = { ...VARIABLES, TIDEMARK_CONFIG: 'b' };
    expect((await loadConfig({ cwd: root, variables, directory: 'a' })).directory).toBe(join(root, 'a'));
    expect((await loadConfig({ cwd: root, variables })).directory).toBe(join(root, 'b'));
    expect((await loadConfig({ cwd: root, variables: { ...VARIABLES, TIDEMARK_CONFIG: '' } })).directory).toBe(join(root, 'config'));
  });

  test('through a symlink: relative paths start at the real directory, .env is read beside both, the link first', async () => {
    await write({
      'shared/config/connections.yml': CONNECTIONS.replace('database: sales', 'database: sales\n      tls: { ca_file: ca.pem }').replace('"${DB_SHOP_RO_PASSWORD}"', 'file:secret.txt').replace('username: loader', 'username: "${LOADER}"').replace('database: analytics', 'database: "${DATABASE}"'),
      'shared/config/pipelines/shop.yml': PIPELINE, 'shared/config/secret.txt': 'from file\n', 'shared/.env': 'LOADER=shared\nDATABASE=shared', 'app/.env': 'LOADER=app',
    });
    await symlink(join(root, 'shared/config'), join(root, 'app/config'));
    const config = await loadConfig({ cwd: join(root, 'app'), variables: VARIABLES });
    const { source, target } = config.pipeline('shop');
    expect([config.directory, source.tls.caFile, source.password.reveal(), target.username, target.database]).toEqual([join(root, 'shared/config'), join(root, 'shared/config/ca.pem'), 'from file', 'app', 'shared']);
  });

  test('none: where it looked', async () => {
    await write({ 'a/config/other.json': '{}' });
    const error = await errorOf(loadConfig({ cwd: join(root, 'a'), variables: {} }));
    expect([error.code, error.exit]).toEqual(['CONFIG_MISSING', 10]);
    expect(error.message.split('\n').slice(0, 3)).toEqual(['there is no configuration directory; looked at', `  ${root}/a/config: it has no connections.yml`, `  ${root}/config: it does not exist`]);
  });

  test.each([
    ['nowhere', 'it does not exist'],
    ['file', 'it is not a directory'],
    ['empty', 'it has no connections.yml'],
  ])('--config %s', async (name, lack) => {
    await write({ file: '', 'empty/x': '' });
    const error = await errorOf(loadConfig({ cwd: root, directory: name, variables: {} }));
    expect([error.code, error.message]).toEqual(['CONFIG_MISSING', `--config names ${join(root, name)}, but ${lack}`]);
  });
});

describe('files', () => {
  test('two of one name, text that is not UTF-8', async () => {
    await write({ ...SET, 'config/pipelines/shop.yaml': PIPELINE, 'config/pipelines/.hidden.yml': 'x', 'config/pipelines/notes.txt': 'x', 'config/templates/t.yml': new Uint8Array([0x61, 0x3a, 0x20, 0xff]) });
    const error = await errorOf(loadConfig({ cwd: root, variables: VARIABLES }));
    expect(error.message).toBe('2 problems in the configuration:\n  config/pipelines/shop.yml and config/pipelines/shop.yaml have the same name\n  config/templates/t.yml is not UTF-8 text');
  });

  test('a directory in the place of a file', async () => {
    await write({ ...SET, 'config/tables/t.yml/x': '' });
    expect((await errorOf(loadConfig({ cwd: root, variables: VARIABLES }))).message).toBe('config/tables/t.yml cannot be read: EISDIR');
  });

  test('a file that is too large is not read whole', async () => {
    await write({ ...SET, 'config/templates/t.yml': `# ${'x'.repeat(3_000_000)}` });
    expect((await errorOf(loadConfig({ cwd: root, variables: VARIABLES }))).message).toBe('config/templates/t.yml:1:1: the file has more than 1048576 bytes');
  });
});

describe('environment and .env', () => {
  const files = {
    ...SET,
    'config/connections.yml': CONNECTIONS.replace('username: reader', 'username: "${USERNAME}"'),
    'config/environments/qa.yml': 'pipeline: { target_schema: qa }',
    'config/environments/prod.yml': 'pipeline: { target_schema: prod }',
    '.env': 'USERNAME=common\nDB_SHOP_RO_PASSWORD=p#w `$x{}%',
    '.env.qa': 'USERNAME=qa',
  };
  const load = async (variables: Record<string, string>, environment?: string) => {
    await write(files);
    const config = await loadConfig({ cwd: root, variables: { REDSHIFT_PASSWORD: 'r', ...variables }, environment });
    const { source, tables } = config.pipeline('shop');
    return [config.environment, tables[0]!.targetSchema, source.username, source.password.reveal()];
  };

  test('--env, TIDEMARK_ENV, BACKUP_ENVIRONMENT, none', async () => {
    expect(await load({ TIDEMARK_ENV: 'prod', BACKUP_ENVIRONMENT: 'prod' }, 'qa')).toEqual(['qa', 'qa', 'qa', 'p#w `$x{}%']);
    expect(await load({ TIDEMARK_ENV: 'qa', BACKUP_ENVIRONMENT: 'prod' })).toEqual(['qa', 'qa', 'qa', 'p#w `$x{}%']);
    expect(await load({ TIDEMARK_ENV: '', BACKUP_ENVIRONMENT: 'prod' })).toEqual(['prod', 'prod', 'common', 'p#w `$x{}%']);
    expect(await load({})).toEqual([null, 'public', 'common', 'p#w `$x{}%']);
  });

  test('the environment of the process beats .env, for names that .env defines too', async () => {
    expect(await load({ USERNAME: 'process', DB_SHOP_RO_PASSWORD: 'process' })).toEqual([null, 'public', 'process', 'process']);
  });

  test('an environment cannot name a path', async () => {
    await write(files);
    expect((await errorOf(loadConfig({ cwd: root, variables: VARIABLES, environment: '../qa' }))).code).toBe('CONFIG_REFERENCE');
  });
});
