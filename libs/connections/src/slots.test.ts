import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const mark = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(mark)])) !== mark;
}

test('who finds no place waits, and is served in order', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire();
  const order: string[] = [];
  const second = slots.acquire().then((release) => (order.push('second'), release));
  const third = slots.acquire().then((release) => (order.push('third'), release));
  expect(await isSettled(second)).toBe(false);
  first();
  first();
  (await second)();
  (await third)();
  expect(order).toEqual(['second', 'third']);
  expect(await isSettled(slots.acquire())).toBe(true);
});

test('a budget bounds all sets that draw on it', async () => {
  const budget = new Slots(2);
  const [shop, crm] = [new Slots(2, budget), new Slots(2, budget)];
  const held = [await shop.acquire(), await crm.acquire()];
  const waiting = shop.acquire();
  expect(await isSettled(waiting)).toBe(false);
  held[1]!();
  expect(await isSettled(waiting)).toBe(true);
});
