import { expect, test } from 'vitest';
import { TidemarkError } from '@tidemark/domain';
import { connectWithTries } from './connect-with-tries.ts';
import { ConnectionError } from './errors.ts';

function opener(...codes: ('SOURCE_UNREACHABLE' | 'SOURCE_LOGIN_REFUSED' | 'LOST' | null)[]) {
  const pauses: number[] = [];
  let tries = 0;
  const open = async (): Promise<string> => {
    const code = codes[tries++] ?? null;
    await Promise.resolve();
    if (code === 'LOST') throw new TidemarkError('TUNNEL_LOST', { kind: 'source', exit: 13, retry: 'now', summary: '', remedy: [] }, { message: code });
    if (code !== null) throw new ConnectionError(code, { message: code });
    return 'open';
  };
  return { pauses, tries: () => tries, run: (attempts: number, random = () => 1) => connectWithTries(open, { attempts, random, pause: (ms) => (pauses.push(ms), Promise.resolve()) }) };
}

test('what does not answer is tried again, with growing pauses', async () => {
  const world = opener('SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE');
  expect(await world.run(5)).toBe('open');
  expect(world.pauses).toEqual([250, 500, 1000]);
});

test('the pauses are random: half to all of the longest', async () => {
  const world = opener('SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE');
  await world.run(5, () => 0);
  expect(world.pauses).toEqual([125, 250]);
});

test('after the last try the error is told', async () => {
  const world = opener('SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE');
  await expect(world.run(2)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  expect(world.tries()).toBe(2);
});

test('a refused login is not tried again: accounts get locked', async () => {
  const world = opener('SOURCE_LOGIN_REFUSED');
  await expect(world.run(5)).rejects.toMatchObject({ code: 'SOURCE_LOGIN_REFUSED' });
  expect(world.tries()).toBe(1);
});

test('a loss that nothing answers after is told as the loss', async () => {
  const world = opener('LOST', 'SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE');
  await expect(world.run(3)).rejects.toMatchObject({ code: 'TUNNEL_LOST', retry: 'now' });
  await expect(opener('LOST', 'SOURCE_LOGIN_REFUSED').run(3)).rejects.toMatchObject({ code: 'SOURCE_LOGIN_REFUSED' });
});
