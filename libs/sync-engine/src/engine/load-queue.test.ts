import type { BatchManifest, Position, StoredManifest } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { nextLoadGroup } from './load-queue.ts';

const pk = (id: number): Position => ({ kind: 'pk', columns: ['id'], values: [String(id)] });
const at = (id: number): Position => ({ kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-01 00:00:00', String(id)] });

function batch(seq: number, after: Position | null, upTo: Position, more: Partial<Pick<BatchManifest, 'advances' | 'epoch'>> & { bytes?: number; fingerprint?: string } = {}): StoredManifest {
  const { bytes = 10, fingerprint = 'a', advances = true, epoch = 1 } = more;
  const manifest = { kind: 'rows', advances, epoch, seq, range: { after, up_to: upTo, below: null }, counts: { rows: 1, quarantined: 0, bytes, policies: [] }, frozen: { schema_fingerprint: fingerprint } };
  return { manifest: manifest as unknown as BatchManifest, key: `${seq}.json`, sha256: String(seq) };
}

const seqs = (group: readonly StoredManifest[]): number[] => group.map(({ manifest }) => manifest.seq);

test('batches that follow each other load together up to the limit', () => {
  const pending = [batch(1, null, pk(1)), batch(2, pk(1), pk(2)), batch(3, pk(2), pk(3))];
  expect(seqs(nextLoadGroup(pending, 100))).toEqual([1, 2, 3]);
  expect(seqs(nextLoadGroup(pending, 20))).toEqual([1, 2]);
  expect(seqs(nextLoadGroup(pending, 1)), 'one batch loads whatever its size').toEqual([1]);
  expect(nextLoadGroup([], 1)).toEqual([]);
});

test.each([
  ['another schema', batch(2, pk(1), pk(2), { fingerprint: 'b' })],
  ['a lookback', batch(2, null, at(9), { advances: false })],
  ['increments after a first load', batch(2, { kind: 'tick', column: 'updated_at', value: '2026-01-01 00:00:00' }, at(9))],
  ['another epoch', batch(2, pk(1), pk(2), { epoch: 2 })],
])('%s begins a group of its own', (_name, next) => {
  expect(seqs(nextLoadGroup([batch(1, null, pk(1)), next], 100))).toEqual([1]);
});
