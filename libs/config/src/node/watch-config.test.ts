import { mkdir, mkdtemp, realpath, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONNECTIONS, PIPELINE, VARIABLES } from '../../test/config-texts.ts';
import type { ConfigError } from '../errors.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { watchConfig, type ConfigWatch, type WatchConfigOptions } from './watch-config.ts';

let root: string;
let told: (LoadedConfig | ConfigError)[];
let waiting: (() => void)[];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-watch-')));
  [told, waiting] = [[], []];
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    // A file that is half written may be read under load, and told.
    await writeFile(join(root, 'unfinished'), content);
    await rename(join(root, 'unfinished'), join(root, name));
  }
}

function watchRoot(options: WatchConfigOptions = {}): Promise<ConfigWatch> {
  const tell = (outcome: LoadedConfig | ConfigError): void => {
    told.push(outcome);
    for (const wake of waiting.splice(0)) wake();
  };
  return watchConfig({ cwd: root, variables: VARIABLES, settleMs: 30, pollMs: 60_000, onChange: tell, onError: tell, ...options });
}

/** Resolves when something is told that was not told before. */
async function next(count: number): Promise<LoadedConfig | ConfigError> {
  while (told.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  return told[count - 1]!;
}

const SET = { 'config/connections.yml': CONNECTIONS, 'config/pipelines/shop.yml': PIPELINE };

test('a change is loaded; a wrong one is told and the configuration before stays; mending it ends the error', async () => {
  await write(SET);
  await using watching = await watchRoot();
  expect(watching.current.pipeline('shop').isStrict).toBe(false);
  await write({ 'config/pipelines/shop.yml': PIPELINE.replace('target: dw', 'target: dw\n  strict_tables: true') });
  await next(1);
  expect([watching.current.pipeline('shop').isStrict, watching.error]).toEqual([true, null]);

  await write({ 'config/pipelines/shop.yml': PIPELINE.replace('source:', 'sorce:') });
  expect((await next(2) as ConfigError).code).toBe('CONFIG_UNKNOWN_KEY');
  expect([watching.current.pipeline('shop').isStrict, watching.error?.code]).toEqual([true, 'CONFIG_UNKNOWN_KEY']);

  await write({ 'config/pipelines/shop.yml': PIPELINE });
  await next(3);
  expect([watching.current.pipeline('shop').isStrict, watching.error]).toEqual([false, null]);
});

test('a file that is replaced, a folder that is new, .env, a secret of a file', async () => {
  await write({ ...SET, 'config/connections.yml': CONNECTIONS.replace('"${DB_SHOP_RO_PASSWORD}"', 'file:../keys/db'), 'keys/db': 'one\n' });
  await using watching = await watchRoot({ variables: {} });
  await write({ '.env': 'REDSHIFT_PASSWORD=r\n' });
  await next(1);
  expect(watching.current.pipeline('shop').source.password.reveal()).toBe('one');

  await write({ 'keys/new': 'two\n' });
  await rename(join(root, 'keys/new'), join(root, 'keys/db'));
  await next(2);
  expect(watching.current.pipeline('shop').source.password.reveal()).toBe('two');

  await write({ 'config/tables/late.yml': 'tables:\n  sales.orders: { target_name: nine }\n' });
  await next(3);
  expect(watching.current.pipeline('shop').tables[0]?.targetTable).toBe('nine');
  await write({ 'config/tables/late.yml': 'tables:\n  sales.orders: { target_name: eight }\n' });
  await next(4);
  expect(watching.current.pipeline('shop').tables[0]?.targetTable).toBe('eight');
});

test('a symlink that leads to another set, and a directory that is gone for a while', async () => {
  await write({ 'one/connections.yml': CONNECTIONS, 'one/pipelines/shop.yml': PIPELINE, 'two/connections.yml': CONNECTIONS, 'two/pipelines/other.yml': PIPELINE });
  await symlink(join(root, 'one'), join(root, 'config'));
  await using watching = await watchRoot();
  await symlink(join(root, 'two'), join(root, 'new'));
  await rename(join(root, 'new'), join(root, 'config'));
  await next(1);
  expect(watching.current.pipelines).toEqual(['other']);

  await unlink(join(root, 'config'));
  expect((await next(2) as ConfigError).code).toBe('CONFIG_MISSING');
  expect(watching.current.pipelines).toEqual(['other']);
  await symlink(join(root, 'one'), join(root, 'config'));
  await next(3);
  expect([watching.current.pipelines, watching.error]).toEqual([['shop'], null]);
});

test('what changes nothing is not told, and polling finds what nobody announced', async () => {
  await write(SET);
  await using watching = await watchRoot({ isPollingOnly: true, settleMs: 20, pollMs: 10 });
  await write(SET);
  await write({ 'config/notes.txt': 'x' });
  await write({ 'config/pipelines/shop.yml': PIPELINE.replace('sales.orders', 'sales.payments') });
  await next(1);
  expect(told.map((outcome) => (outcome as LoadedConfig).outlines[0]?.tables)).toEqual([['sales.payments']]);
  expect(watching.error).toBeNull();
});

test('after it was disposed of nothing is told', async () => {
  await write(SET);
  const watching = await watchRoot({ settleMs: 1, pollMs: 5 });
  await watching[Symbol.asyncDispose]();
  await write({ 'config/pipelines/shop.yml': 'oops' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(told).toEqual([]);
});

test('without a right configuration there is nothing to watch', async () => {
  await write({ 'config/connections.yml': 'oops' });
  await expect(watchRoot()).rejects.toMatchObject({ code: 'CONFIG_YAML_SYNTAX' });
});
