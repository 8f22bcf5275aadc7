import { createMemoryStore } from '@tidemark/s3-store/testing';
import { expect, test } from 'vitest';
import { PATH, TASK } from '../test/fixtures.ts';
import { createQuarantineStore } from './quarantine-store.ts';

const BATCH = { epoch: 1, seq: 3, generation: 2, runId: 'sync_20260131_120000_00000001', writeId: '00000000-0000-4000-8000-000000000001' };
const ROWS = [
  { key: { id: '7', 'odd "name': 'ü\n' }, column: 'note', code: 'DATA_OVERSIZE', policy: 'oversize_string', found: '70000 bytes of text, at most 65535 bytes fit' },
  { key: { id: '8', 'odd "name': '' }, column: null, code: 'DATA_ROW_OVERSIZE', policy: null, found: '5000000 bytes' },
] as const;

function open() {
  const store = createMemoryStore();
  return { store, quarantine: createQuarantineStore({ store, watermarkPath: PATH }) };
}

test('rows come back as they were put, from a key of the batch and its generation', async () => {
  const { quarantine } = open();
  const key = await quarantine.put(TASK, BATCH, ROWS);
  expect(key).toMatch(/^watermark\/shop_pipeline\/dw\/quarantine\/shop_ro_sales_orders\/1-000000000003-[0-9a-f]{8}-g2\.jsonl$/);
  expect(await quarantine.read(TASK, key)).toEqual(ROWS);
});

test('another generation writes another object', async () => {
  const { store, quarantine } = open();
  await quarantine.put(TASK, BATCH, ROWS);
  await quarantine.put(TASK, { ...BATCH, generation: 3 }, ROWS);
  expect(store.keys()).toHaveLength(2);
});

test('an object that is gone, cut or another table\'s is refused', async () => {
  const { store, quarantine } = open();
  const key = await quarantine.put(TASK, BATCH, ROWS);
  await expect(quarantine.read(TASK, `${key}.gone`)).rejects.toMatchObject({ code: 'QUARANTINE_MISSING', exit: 21 });
  await expect(quarantine.read({ ...TASK, table: 'SHOP_RO:sales.others' }, key)).rejects.toMatchObject({ code: 'QUARANTINE_FOREIGN', exit: 21 });
  const whole = Buffer.from((await store.get(key))!.body);
  for (const length of [0, 10, whole.indexOf('\n'), whole.indexOf('\n') + 1, whole.length - 20, whole.length - 1]) {
    await store.put(key, whole.subarray(0, length));
    await expect(quarantine.read(TASK, key), `${length} bytes`).rejects.toMatchObject({ code: 'QUARANTINE_CORRUPT', exit: 21 });
  }
});
