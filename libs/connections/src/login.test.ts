import { expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { rememberLogin, type Login } from './login.ts';

function tokens(lifeMs: number) {
  const world = { now: 1_000_000, fetched: 0, fails: false };
  const source = rememberLogin(
    async () => {
      world.fetched += 1;
      await Promise.resolve();
      if (world.fails) throw new Error('no credentials');
      return { username: 'etl', password: new Secret(`token-${world.fetched}`), expiresAt: new Date(world.now + lifeMs) } satisfies Login;
    },
    { now: () => world.now },
  );
  return { world, token: async () => (await source()).password.reveal() };
}

test('nothing is fetched before somebody asks; those who ask together share it', async () => {
  const { world, token } = tokens(900_000);
  expect(world.fetched).toBe(0);
  expect(await Promise.all([token(), token(), token()])).toEqual(['token-1', 'token-1', 'token-1']);
});

test('a login is fetched anew a minute before it expires', async () => {
  const { world, token } = tokens(900_000);
  expect(await token()).toBe('token-1');
  world.now += 839_000;
  expect(await token()).toBe('token-1');
  world.now += 2_000;
  expect(await Promise.all([token(), token()])).toEqual(['token-2', 'token-2']);
});

test('a failed fetch is not kept', async () => {
  const { world, token } = tokens(900_000);
  world.fails = true;
  await expect(token()).rejects.toThrow('no credentials');
  world.fails = false;
  expect(await token()).toBe('token-2');
});
