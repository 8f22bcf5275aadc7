import { expect, test } from 'vitest';
import { MemoryWorld } from '../testing/index.ts';

const hashed = { table: { hashColumns: ['state'] } } as const;

function worldOfOrders(): MemoryWorld {
  const world = new MemoryWorld();
  for (const id of [1, 2, 3]) world.source.put(id, 'new');
  world.source.advance(5_000_000n);
  return world;
}

test('without a key nothing is hashed, read or written', async () => {
  const world = worldOfOrders();
  const result = await world.sync(hashed);
  expect(result).toMatchObject({ exit_code: 10, table_results: { 'sales.orders': { error_code: 'SYNC_HASH_KEY_MISSING', rows_extracted: 0 } } });
  expect(await world.watermark()).toBeNull();
  expect(world.store.keys().filter((key) => !key.includes('/leases/'))).toEqual([]);
});

test('a changed key is noticed once, by its fingerprint; the key is not stored', async () => {
  const world = worldOfOrders();
  const run = async (hashKey: string) => {
    world.source.put(4, `seen under ${hashKey}`);
    world.source.advance(5_000_000n);
    world.events.length = 0;
    expect(await world.sync({ ...hashed, settings: { hashKey } })).toMatchObject({ status: 'success' });
    return world.events.flatMap((event) => (event.type === 'finding' && event.finding.code === 'HASH_KEY_CHANGED' ? [event.finding.message] : []));
  };
  expect(await run('v1:first')).toEqual([]);
  expect(await run('v1:first')).toEqual([]);
  expect(await run('v1:second')).toEqual([expect.stringMatching(/v1:second.*v1:first/)]);
  expect(await run('v1:second')).toEqual([]);
  expect((await world.watermark())?.hash_key).toBe('v1:second');
});

test('a key without hashed columns leaves no trace', async () => {
  const world = worldOfOrders();
  await world.sync({ settings: { hashKey: 'v1:first' } });
  expect(await world.watermark()).not.toHaveProperty('hash_key');
});
