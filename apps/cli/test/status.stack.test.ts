import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack } from './command-stack.ts';
import { closedPort } from './silent-host.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

test('status tells last run, rows, lag, what waits and what to do, whether the source answers or not', async () => {
  await stack.createTable('orders', 5);
  const room = await stack.room('shop', { tables: { orders: BY_CHANGE } });
  const status = async (...more: string[]): Promise<unknown> => {
    const ended = await room.run('status', '-p', room.pipeline, '--json', ...more);
    expect(ended.code, ended.stdout).toBe(0);
    expectNoSecret(ended, room.secrets);
    return (documentOf(ended) as { result: { tables: unknown[] } }).result.tables[0];
  };
  const sync = `tidemark sync pipeline -p ${room.pipeline} -t sales.orders`;
  expect(await status()).toMatchObject({ state: 'none', lastRun: null, lag: null, nextAction: sync });

  expect((await room.sync('--quiet')).code).toBe(0);
  expect(await status()).toMatchObject({ state: 'idle', lastRun: { extraction: 'success', load: 'success' }, totalRows: expect.any(Number) as number, lag: { source: 'not_asked', newest: null }, awaitingLoad: { batches: 0 }, holder: null, nextAction: null });

  // A first load ends by its key: only an increment has a time.
  expect(await status('--live')).toMatchObject({ lag: { source: 'asked', measured: 'last_load', error: null } });
  expect((await room.sync('--quiet')).code).toBe(0);
  await stack.source.run("UPDATE orders SET state = 'sent', updated_at = NOW(6) - INTERVAL 1 SECOND");
  expect(await status('--live')).toMatchObject({ lag: { source: 'asked', error: null, newest: expect.stringMatching(/^\d{4}-\d\d-\d\d /) as string }, nextAction: sync });
  expect((await room.sync('--quiet')).code).toBe(0);
  expect(await status('--live')).toMatchObject({ lag: { source: 'asked', seconds: 0, measured: 'newest_source_row' }, nextAction: null });
  const aged = { seconds: expect.any(Number) as number, measured: 'newest_loaded_row' };
  expect(await status()).toMatchObject({ lag: { ...aged, source: 'not_asked' } });

  await stack.source.run("UPDATE orders SET state = 'lost', updated_at = NOW(6) - INTERVAL 1 SECOND");
  expect((await room.sync('--quiet', '--backup-only')).code).toBe(0);
  await room.replace('connections.yml', `port: ${stack.servers.mariadb.port}`, `port: ${await closedPort()}`);
  expect(await status('--live')).toMatchObject({ state: 'awaiting_load', awaitingLoad: { batches: 1, files: 1 }, lag: { ...aged, source: 'unreachable', newest: null, error: { code: expect.stringMatching(/^[A-Z_]+$/) as string } }, nextAction: `${sync} --redshift-only` });
  const text = (await room.run('status', '-p', room.pipeline, '--live')).stdout;
  expect(text).toMatch(/old, source unreachable/);
  expect(text).toMatch(/^SHOP_RO:sales\.orders: the source did not tell: [A-Z_]+: /m);
  expect((await room.run('status', '-p', room.pipeline)).stdout).toContain('the source was not asked, --live asks it');
});
