import { expect } from 'vitest';
import type { CrashStack, WatermarkLine } from './crash-stack.ts';

/** Source and target have the same rows, each once, and the ledger and the watermark agree. */
export async function expectWhole(stack: CrashStack, table: string, watermarks: ReadonlyMap<string, WatermarkLine>): Promise<void> {
  expect(await stack.targetRows(table), `rows of ${table}`).toEqual(await stack.sourceRows(table));
  const ledger = await stack.ledger(table);
  expect(ledger.map(({ epoch, seq }) => [epoch, seq]), `I3: every batch of ${table} once, in order, without gaps`).toEqual(ledger.map((_, index) => [1, index + 1]));
  expect(ledger.length).toBeGreaterThanOrEqual(2);
  expect(new Set(ledger.map(({ batchId }) => batchId)).size).toBe(ledger.length);
  expect(watermarks.get(table), `I2: ledger and watermark of ${table} agree`).toMatchObject({ loaded_seq: ledger.length, staged_seq: ledger.length });
}
