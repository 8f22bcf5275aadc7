import type { StoredWatermark, WatermarkDocument } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { storedWatermark, TASK, watermark } from '../../test/documents.ts';
import type { WatermarkPort } from './ports.ts';
import { WatermarkCell } from './watermark-cell.ts';

/** A port that keeps what was written, with the ETag that each write carried. */
class Written implements Pick<WatermarkPort, 'write'> {
  readonly writes: { readonly document: WatermarkDocument; readonly expectedEtag: string | null }[] = [];
  failNext = false;

  async write(_task: unknown, document: WatermarkDocument, expectedEtag: string | null): Promise<StoredWatermark> {
    await Promise.resolve();
    if (this.failNext) {
      this.failNext = false;
      throw new Error('not written');
    }
    this.writes.push({ document, expectedEtag });
    return { document, etag: `"${this.writes.length + 1}"` };
  }
}

const counted = (document: WatermarkDocument): WatermarkDocument => ({ ...document, generation: document.generation + 1 });

test('the first write creates, the following ones carry the ETag of the one before', async () => {
  const port = new Written();
  const cell = new WatermarkCell(port, TASK, null, watermark());
  await cell.apply();
  await cell.apply(counted);
  await cell.apply(counted, counted);
  expect(port.writes.map(({ expectedEtag }) => expectedEtag)).toEqual([null, '"2"', '"3"']);
  expect(port.writes.map(({ document }) => document.generation)).toEqual([1, 2, 4]);
  expect(cell.document.generation).toBe(4);
});

test('what changes nothing is not written', async () => {
  const port = new Written();
  const cell = new WatermarkCell(port, TASK, storedWatermark(), storedWatermark().document);
  await cell.apply((document) => document);
  expect(port.writes).toEqual([]);
});

test('writes that are asked for at once happen one after the other, each on top of the last', async () => {
  const port = new Written();
  const cell = new WatermarkCell(port, TASK, storedWatermark(), watermark());
  await Promise.all([cell.apply(counted), cell.apply(counted), cell.apply(counted)]);
  expect(port.writes.map(({ document, expectedEtag }) => [document.generation, expectedEtag])).toEqual([[2, '"1"'], [3, '"2"'], [4, '"3"']]);
});

test('a write that failed leaves the document, and the next one starts from it', async () => {
  const port = new Written();
  const cell = new WatermarkCell(port, TASK, storedWatermark(), watermark());
  port.failNext = true;
  const failed = cell.apply(counted);
  const next = cell.apply(counted);
  await expect(failed).rejects.toThrow('not written');
  await next;
  expect(port.writes.map(({ document, expectedEtag }) => [document.generation, expectedEtag])).toEqual([[2, '"1"']]);
});
