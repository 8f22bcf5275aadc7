import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EXIT_CODES } from '@tidemark/cli-kit';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import { closedPort } from './silent-host.ts';
import { stopPut } from './stop-request.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

interface Situation {
  readonly room: Room;
  readonly command: readonly string[];
  /** Ends what the situation has begun. */
  readonly after?: () => Promise<void>;
}

/** A room with one table, and the command that syncs it. */
async function ordinary(table: string, options: Partial<Parameters<CommandStack['room']>[1]> = {}): Promise<Situation> {
  await stack.createTable(table);
  const room = await stack.room(table, { tables: { [table]: BY_CHANGE }, ...options });
  return { room, command: ['sync', 'pipeline', '-p', room.pipeline] };
}

/** The same, where a port of connections.yml leads to nobody. */
async function away(table: string, port: number): Promise<Situation> {
  const situation = await ordinary(table);
  await situation.room.replace('connections.yml', `${port}`, `${await closedPort()}`);
  return situation;
}

const SITUATIONS: readonly (readonly [code: number, name: string, make: () => Promise<Situation>])[] = [
  [0, 'a sync', () => ordinary('fine')],
  [0, 'a listing', async () => ({ ...(await ordinary('listed')), command: ['batches', 'list', '-t', 'sales.listed'] })],
  [2, 'a command line', async () => ({ ...(await ordinary('mistyped')), command: ['sync', 'pipeline', '--limit', 'many'] })],
  [2, 'a question that nobody answers', async () => ({ ...(await ordinary('asked')), command: ['column-mappings', 'clear', '-t', 'sales.asked'] })],
  [3, 'one of two tables', () => ordinary('one', { tables: { one: BY_CHANGE, none: BY_CHANGE } })],
  [10, 'the configuration', () => ordinary('unread', { tables: { unread: '{ cdc_stratgy: hybrid }' } })],
  [11, 'a lease', async () => {
    const situation = await ordinary('held');
    const stop = stopPut(stack.servers.s3, 'held', { object: 'part', action: 'hold-before' });
    const holder = situation.room.start({}, ...situation.command);
    await stop.reached;
    return { ...situation, after: async () => { stop.goOn(); expect((await holder.ended).code).toBe(0); } };
  }],
  [12, 'a password', () => ordinary('stranger', { variables: { DB_SHOP_RO_PASSWORD: 'example-wrong-password' } })],
  [13, 'the source', () => away('sourceless', stack.servers.mariadb.port)],
  [14, 'S3', () => away('storeless', Number(new URL(stack.servers.s3.endpoint).port))],
  [15, 'Redshift', () => away('targetless', stack.servers.redshift.port)],
  [20, 'a type without a mapping', async () => {
    const situation = await ordinary('shaped');
    await stack.source.run('ALTER TABLE shaped ADD place POINT NULL');
    return situation;
  }],
  [21, 'state that does not belong together', async () => {
    const situation = await ordinary('stateless');
    expect((await situation.room.run(...situation.command)).code).toBe(0);
    for (const key of await stack.bucket.keysWith('/dw/tables/shop_ro_sales_stateless.json')) await stack.bucket.remove(key);
    return situation;
  }],
];

test.each(SITUATIONS)('%i: %s, the same with and without --json', async (code, _name, make) => {
  const { room, command, after } = await make();
  const ends = [await room.run(...command), await room.run(...command, '--json')];
  await after?.();
  for (const ended of ends) expectNoSecret(ended, room.secrets);
  expect(ends.map((ended) => ended.code), ends.map(({ stdout, stderr }) => stdout + stderr).join('\n')).toEqual([code, code]);
  const document = documentOf(ends[1]!);
  if ('exit_code' in document || code !== 0) expect(document['exit_code']).toBe(code);
});

/** Told elsewhere: the time limit, a fault of the program's own, and the signals (told-to-end). */
const ELSEWHERE = [22, 70, 130, 143];

test('every exit code has its situation', () => {
  expect([...new Set([...SITUATIONS.map(([code]) => code), ...ELSEWHERE])].sort((a, b) => a - b)).toEqual(EXIT_CODES.map(({ code }) => code));
});
