import { expect, test } from 'vitest';
import { MemoryWorld } from '../testing/index.ts';
import type { RequestWrapper } from './port-methods.ts';

type Parts = readonly { readonly rows: number }[];

/** Changes what the part writer says it has written, the first time. */
function answering(change: (parts: Parts) => Parts): RequestWrapper {
  let isDone = false;
  return {
    call: async ({ port, method }, proceed) => {
      const answer = await proceed();
      if (port !== 'partWriter' || method !== 'finish' || isDone) return answer;
      isDone = true;
      return change(answer as unknown as Parts) as unknown as typeof answer;
    },
    stream: (_request, proceed) => proceed(),
  };
}

function filled(): MemoryWorld {
  const world = new MemoryWorld();
  for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
  return world;
}

test.each<readonly [string, (parts: Parts) => Parts, number]>([
  ['a part that lost a row', ([first, ...rest]) => [{ ...first!, rows: first!.rows - 1 }, ...rest], 9],
  ['a part with a row too many', ([first, ...rest]) => [{ ...first!, rows: first!.rows + 1 }, ...rest], 11],
  ['a part that is missing', (parts) => parts.slice(1), 6],
  ['no part at all', () => [], 0],
])('I5: %s stops the batch before it is recorded', async (_name, change, staged) => {
  const world = filled();
  const result = await world.sync({ wrapper: answering(change) });
  expect(result).toMatchObject({ status: 'failed', exit_code: 70, error: { code: 'SYNC_ROW_COUNT', message: expect.stringContaining(`10 rows were read for batch 1, its`) } });
  expect(result.table_results['sales.orders']).toMatchObject({ error_details: { read: 10, staged } });
  expect(await world.watermark()).toMatchObject({ staged_through: { seq: 0 }, mysql_state: { status: 'failed', error: { code: 'SYNC_ROW_COUNT' }, total_rows: 0 } });
  expect(world.store.keys().filter((key) => key.includes('manifest'))).toEqual([]);
  expect(world.target.rows()).toEqual([]);

  expect(await world.sync(), 'the next run reads the range again').toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('I5: rows read are rows of the parts, of the manifest, and of the ledger’s batches', async () => {
  const world = filled();
  const result = await world.sync();
  const staged = world.events.filter((event) => event.type === 'batch' && event.phase === 'staged');
  const parts = world.events.filter((event) => event.type === 'part');
  const sum = (events: readonly object[]): number => events.reduce((total, event) => total + (event as { rows: number }).rows, 0);
  expect([sum(staged), sum(parts), result.table_results['sales.orders']!.rows_extracted, result.table_results['sales.orders']!.rows_loaded]).toEqual([25, 25, 25, 25]);
  expect(result.table_results['sales.orders']!.files_created).toBe(parts.length);
});
