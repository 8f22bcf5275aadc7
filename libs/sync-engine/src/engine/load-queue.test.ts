import type { BatchManifest, Position, StoredManifest } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { isSuperseded, nextLoadGroup } from './load-queue.ts';

const pk = (id: number): Position => ({ kind: 'pk', columns: ['id'], values: [String(id)] });
const at = (id: number): Position => ({ kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-01 00:00:00', String(id)] });

function batch(seq: number, after: Position | null, upTo: Position, more: Partial<Pick<BatchManifest, 'advances' | 'epoch' | 'snapshot'>> & { bytes?: number; fingerprint?: string } = {}): StoredManifest {
  const { bytes = 10, fingerprint = 'a', advances = true, epoch = 1, snapshot = null } = more;
  const manifest = { kind: 'rows', advances, epoch, seq, snapshot, range: { after, up_to: upTo, below: null }, counts: { rows: 1, quarantined: 0, bytes, policies: [] }, frozen: { schema_fingerprint: fingerprint } };
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

const member = (seq: number, id: string, final = false): StoredManifest => batch(seq, null, pk(seq), { snapshot: { id, final } });

test('batches of one snapshot set load together, and its end ends the group', () => {
  expect(seqs(nextLoadGroup([member(1, 'A'), member(2, 'A'), member(3, 'A', true), member(4, 'B')], 100))).toEqual([1, 2, 3]);
  expect(seqs(nextLoadGroup([member(1, 'A'), member(2, 'B')], 100)), 'another set').toEqual([1]);
  expect(seqs(nextLoadGroup([batch(1, null, pk(1)), member(2, 'A')], 100)), 'of no set').toEqual([1]);
  expect(seqs(nextLoadGroup([member(1, 'A', true), member(2, 'A')], 100))).toEqual([1]);
});

test('a set without an end is superseded by a newer one, and by nothing else', () => {
  const [first, second, third] = [member(1, 'A'), member(2, 'A'), member(3, 'B')];
  expect(isSuperseded([first], [first, second])).toBe(false);
  expect(isSuperseded([first], [first, second, third])).toBe(true);
  expect(isSuperseded([first], [first, member(2, 'A', true), third]), 'it was ended before the newer one began').toBe(false);
  expect(isSuperseded([third], [third])).toBe(false);
  expect(isSuperseded([batch(1, null, pk(1))], [batch(1, null, pk(1)), third])).toBe(false);
});
