import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import type { Ended, Program } from './program.ts';
import { runResult } from './run-result.ts';
import { startSilentHost } from './silent-host.ts';
import { stopPut } from './stop-request.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const BEFORE_EXIT = /Told to end\. |Interrupted\. /;

/** A command that was told to end: its exit code, a sentence where it stopped, and no way out but its own. */
function expectToldToEnd(ended: Ended, room: Room, exit = 143): void {
  expect({ code: ended.code, signal: ended.signal }, `${ended.stdout}${ended.stderr}`).toEqual({ code: exit, signal: null });
  expect(`${ended.stdout}${ended.stderr}`).toMatch(BEFORE_EXIT);
  expectNoSecret(ended, room.secrets);
}

/** A table with loaded rows, and changes that wait at the source. */
async function loadedRoom(name: string, options: Partial<Parameters<CommandStack['room']>[1]> = {}): Promise<Room> {
  await stack.createTable(name, 20);
  const room = await stack.room(name, { tables: { [name]: BY_CHANGE }, pipeline: { processing: '{ batch_size: 5 }' }, ...options });
  expectDone(await room.sync('--quiet'));
  await stack.source.run(`UPDATE ${name} SET state = 'sent', updated_at = NOW(6) - INTERVAL 1 SECOND`);
  return room;
}

function expectDone(ended: Ended): void {
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
}

/** The next sync goes on, and source and target are equal. */
async function expectWhole(room: Room, table: string): Promise<void> {
  expectDone(await room.sync('--quiet'));
  const rows = (state: string): string => `SELECT COUNT(*) AS count FROM ${state}`;
  expect(await stack.target.rows(rows(`reporting.${table} WHERE state = 'sent'`))).toEqual([{ count: '20' }]);
  expect(await stack.target.rows(rows(`reporting.${table}`))).toEqual([{ count: '20' }]);
}

/** Sends the signal once the program works, and waits for its end. */
async function endAt(program: Program, reached: Promise<unknown>, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  await Promise.race([reached, program.ended.then(({ stdout, stderr }) => Promise.reject(new Error(`it ended before: ${stdout}${stderr}`)))]);
  program.signal(signal);
  return await program.ended;
}

/** Resolves when a process of this machine holds a connection to the port. */
async function connectedTo(port: number): Promise<void> {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')} 01 `;
  while (!(await readFile('/proc/net/tcp', 'utf8')).split('\n').some((line) => line.slice(20).includes(remote))) await new Promise((resolve) => setTimeout(resolve, 50));
}

const nextSession = async (): Promise<void> => {
  while (stack.servers.sshd.sessionPids().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('while the ssh server is frozen', () => {
  test.each([['SIGTERM', 143], ['SIGINT', 130]] as const)('a sync ends with %s in its own way, with its result', async (signal, exit) => {
    const table = `frozen_${exit}`;
    const room = await loadedRoom(table, { pipeline: { source: 'SHOP_RO_TUNNEL', processing: '{ batch_size: 5 }' } });
    const program = room.start({}, 'sync', 'pipeline', '-p', room.pipeline, '--json');
    const frozen = nextSession().then(() => stack.servers.sshd.signalAll('SIGSTOP'));
    try {
      const ended = await endAt(program, frozen.then(() => new Promise((resolve) => setTimeout(resolve, 1_000))), signal);
      expectToldToEnd(ended, room, exit);
      expect(runResult(ended)).toMatchObject({ status: 'failed', exit_code: exit, table_results: { [`sales.${table}`]: { error_message: expect.stringContaining('the next run goes on from there') as string } } });
    } finally {
      stack.servers.sshd.signalAll('SIGCONT');
    }
    await expectWhole(room, table);
  });

  test.each([
    ['a sync that has not connected yet', ['sync', 'pipeline', '--quiet']], ['a backfill', ['sync', 'backfill', '--hours', '2', '--quiet']], ['a plan', ['sync', 'plan']], ['a count', ['watermark', 'count', 'validate']],
    ['a strategy', ['cdc', 'test-strategy']], ['a restage', ['batches', 'restage', '--yes']], ['a status', ['status', '--live']],
  ])('%s', async (name, command) => {
    const table = `no_way_${name.split(' ').at(-1)!}`;
    const room = await loadedRoom(table, { pipeline: { source: 'SHOP_RO_TUNNEL', processing: '{ batch_size: 5 }' } });
    if (command.includes('restage')) expectDone(await room.sync('--quiet', '--backup-only'));
    stack.servers.sshd.signalAll('SIGSTOP');
    try {
      const program = room.start({}, ...command, '-p', room.pipeline, '-t', `sales.${table}`);
      expectToldToEnd(await endAt(program, connectedTo(stack.servers.sshd.port)), room);
    } finally {
      stack.servers.sshd.signalAll('SIGCONT');
    }
    await expectWhole(room, table);
  });
});

describe('while a database answers nothing', () => {
  test.each([
    ['MySQL', ['sync', 'pipeline']], ['MySQL', ['sync', 'backfill', '--hours', '2']], ['MySQL', ['watermark', 'count', 'validate']], ['MySQL', ['connections', 'test', 'SHOP_RO']],
    ['Redshift', ['sync', 'pipeline', '--redshift-only']], ['Redshift', ['watermark', 'reset', '--yes']], ['Redshift', ['batches', 'discard', '--yes']],
    ['Redshift', ['s3clean', 'clean', '--older-than', '0', '--include-unloaded', '--yes']], ['Redshift', ['s3clean', 'orphans', '--older-than', '0', '--yes']], ['Redshift', ['connections', 'test', 'dw']],
  ])('%s: %j', async (server, command) => {
    const table = `mute_${server.toLowerCase()}_${command.slice(0, 2).join('_').replaceAll('-', '_')}`;
    const room = await loadedRoom(table);
    expectDone(await room.sync('--quiet', '--backup-only'));
    await using silent = await startSilentHost();
    const port = server === 'MySQL' ? stack.servers.mariadb.port : stack.servers.redshift.port;
    await room.replace('connections.yml', `port: ${port}`, `port: ${silent.port}`);
    const about = command[0] === 'connections' ? [] : ['-p', room.pipeline, '-t', `sales.${table}`];
    const program = room.start({}, ...command, ...about);
    expectToldToEnd(await endAt(program, silent.reached), room);
    await room.replace('connections.yml', `port: ${silent.port}`, `port: ${port}`);
    await expectWhole(room, table);
  });

  test.each([[['sync', 'pipeline']], [['s3clean', 'list']], [['status']]])('S3, which is asked first: %j', async (command) => {
    const table = `mute_s3_${command[0]!}`;
    const room = await loadedRoom(table);
    await using silent = await startSilentHost();
    const { port } = new URL(stack.servers.s3.endpoint);
    await room.replace('connections.yml', `:${port}`, `:${silent.port}`);
    const ended = await endAt(room.start({}, ...command, '-p', room.pipeline, '--json'), silent.reached);
    expectToldToEnd(ended, room);
    expect(documentOf(ended)).toMatchObject({ status: 'failed', code: 'CLI_TERMINATED', exit_code: 143 });
    await room.replace('connections.yml', `:${silent.port}`, `:${port}`);
    await expectWhole(room, table);
  });
});

describe('at work', () => {
  test.each([
    ['a backfill', ['sync', 'backfill', '--hours', '2', '--quiet']], ['a restage', ['batches', 'restage', '--yes']],
  ])('%s stops at a safe point, and the next sync is whole', async (name, command) => {
    const table = `work_${name.split(' ')[1]!}`;
    const room = await loadedRoom(table);
    if (name === 'a restage') expectDone(await room.sync('--quiet', '--backup-only'));
    const stop = stopPut(stack.servers.s3, table, { object: 'manifest', action: 'hold-before' });
    const program = room.start({}, ...command, '-p', room.pipeline, '-t', `sales.${table}`);
    await stop.reached;
    program.signal('SIGTERM');
    await program.said('Stopping at the next safe point');
    stop.goOn();
    expectToldToEnd(await program.ended, room);
    await expectWhole(room, table);
  });

  test.each([
    ['a discard', ['batches', 'discard', '--yes'], 'watermark'], ['a reset', ['watermark', 'reset', '--yes'], 'watermark'], ['s3clean', ['s3clean', 'clean', '--older-than', '0', '--include-unloaded', '--yes'], 'watermark'],
  ] as const)('%s that is told to end within its new epoch leaves a table that goes on', async (name, command, object) => {
    const table = `epoch_${name.split(' ').at(-1)!}`;
    const room = await loadedRoom(table);
    expectDone(await room.sync('--quiet', '--backup-only'));
    const stop = stopPut(stack.servers.s3, table, { object, action: 'hold-received' });
    const program = room.start({}, ...command, '-p', room.pipeline, '-t', `sales.${table}`, ...(name === 's3clean' ? ['--confirm-table', `sales.${table}`] : []));
    await stop.reached;
    program.signal('SIGTERM');
    await program.said('Stopping at the next safe point');
    stop.goOn();
    expectToldToEnd(await program.ended, room);
    await expectWhole(room, table);
  });
});
