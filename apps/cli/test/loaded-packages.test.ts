import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigRoom, SHOP_FILES, SHOP_PASSWORDS } from './config-room.ts';

const HOOK = fileURLToPath(new URL('loaded-packages.ts', import.meta.url));

/** What reaches a database, by the names of packages. */
const DATABASES = ['mysql2', 'pg', 'ssh2', '@tidemark/extractor', '@tidemark/redshift-loader', '@tidemark/tunnel', '@tidemark/parquet-writer', '@dsnp/parquetjs'];
const S3 = ['@aws-sdk/client-s3', '@aws-sdk/core', '@smithy/core', '@tidemark/s3-store'];
const PLANS = ['kysely', 'node-sql-parser', '@tidemark/cdc-strategies'];
/** What only a run shows or writes, and only when it is asked for. */
const REPORTS = ['pino', 'prom-client', '@opentelemetry/api', '@inquirer/prompts'];
const CONFIGURATION = ['ajv', 'yaml'];

let room: ConfigRoom;
beforeAll(async () => {
  room = await ConfigRoom.make(SHOP_FILES);
});
afterAll(async () => await room[Symbol.asyncDispose]());

async function loadedBy(line: string): Promise<readonly string[]> {
  const file = join(room.folder, `loaded-${line.replaceAll(/\W+/g, '-')}`);
  const { code, stderr } = await room.run(line.split(' '), { ...SHOP_PASSWORDS, LOADED_PACKAGES: file, NODE_OPTIONS: `--import=${HOOK}` });
  expect(code, stderr).toBe(0);
  return (await readFile(file, 'utf8')).trimEnd().split('\n');
}

/** The number of modules says nothing a person can act on; the names of packages do. */
test.each([
  ['--version', [...DATABASES, ...S3, ...PLANS, ...REPORTS, ...CONFIGURATION, '@tidemark/cli-kit']],
  ['--help', [...DATABASES, ...S3, ...PLANS, ...REPORTS]],
  ['sync pipeline --help', [...DATABASES, ...S3, ...PLANS, ...REPORTS]],
  ['complete -- s', [...DATABASES, ...S3, ...PLANS, ...REPORTS, ...CONFIGURATION, '@oclif/core']],
  ['complete -- sync pipeline -p s', [...DATABASES, ...S3, ...PLANS, ...REPORTS]],
  ['version', [...DATABASES, ...S3, ...PLANS, ...REPORTS]],
  ['config list-pipelines', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
  ['config show-pipeline shop', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
  ['config validate-pipeline shop', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
  ['config explain lag', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
  ['config status', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
  ['connections list', [...DATABASES, ...S3, ...PLANS, ...REPORTS, '@tidemark/sync-engine']],
])('%s loads nothing that it does not use', async (line, unused) => {
  const loaded = await loadedBy(line);
  expect(loaded, 'the hook sees what is loaded').toContain('@tidemark/cli');
  expect(loaded.filter((name) => unused.includes(name))).toEqual([]);
});

test('the hook sees what is loaded late and by require', async () => {
  expect(await loadedBy('config list-pipelines')).toEqual(expect.arrayContaining(['ajv', 'yaml', 'cli-table3', '@tidemark/config', '@tidemark/cli-kit', '@tidemark/cli']));
});

// TypeScript 6.0 leaves the `.ts` in an import() where a file has `using` declarations too; only a start that comes by notices.
test('nothing that was built imports a source', async () => {
  const workspace = fileURLToPath(new URL('../../../', import.meta.url));
  const wrong: string[] = [];
  for (const group of ['apps', 'libs']) {
    for (const project of await readdir(join(workspace, group))) {
      const files = await readdir(join(workspace, group, project, 'dist'), { recursive: true }).catch(() => []);
      for (const file of files.filter((name) => name.endsWith('.js'))) {
        if (/import\((['"])\.[^'"]*\.ts\1\)/.test(await readFile(join(workspace, group, project, 'dist', file), 'utf8'))) wrong.push(`${group}/${project}/dist/${file}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
