import { expect, test } from 'vitest';
import { manifestChain, storedManifest, target, task } from '../test/staged-manifest.ts';
import type { FencedHead, LedgerBatch } from './ledger/read-ledger.ts';
import { checkFollows, checkGroup, isLoaded } from './load-guards.ts';
import type { LoadRequest } from './ports.ts';

const request = (group: LoadRequest['group']): LoadRequest => ({ task, target, group, copyManifestUrl: 's3://b/m', generation: 1, runId: 'r' });
const head: FencedHead = { epoch: 1, seq: 0, generation: 1, owner: '', manifestSha256: null, sourceId: null, targetOid: null, fence: null };
const batchOf = (stored: LoadRequest['group'][number]): LedgerBatch => ({ seq: stored.manifest.seq, batchId: stored.manifest.batch_id, manifestSha256: stored.sha256, rowsCopied: 3, rowsInserted: 3, rowsDeleted: 0, targetOid: '1' });

test('a group is consecutive batches of one schema', () => {
  const group = checkGroup(request(manifestChain(3)));
  expect([group.epoch, group.expectedRows, group.partCount, group.keys.map((key) => key.name), group.versionColumns.map((column) => column.name)]).toEqual([1, 9, 3, ['id'], ['updated_at']]);
});

test.each([
  ['nothing', [], 'empty'],
  ['another table', [storedManifest({ task: { ...task, table: 'SHOP_RO:sales.items' } })], 'belongs to'],
  ['another target', [storedManifest({ frozen: { target: { schema: 'reporting', table: 'other', work_schema: 'work' } } })], 'staged for reporting.other'],
  ['a gap', [manifestChain(3)[0]!, manifestChain(3)[2]!], 'does not follow'],
  ['a fork', [manifestChain(2)[0]!, storedManifest({ seq: 2, previous: 'f'.repeat(64) })], 'another manifest'],
  ['two schemas', [manifestChain(1)[0]!, storedManifest({ seq: 2, previous: manifestChain(1)[0]!.sha256, frozen: { schema_fingerprint: 'v1:y' } })], 'differ in'],
  ['two keys', [manifestChain(1)[0]!, storedManifest({ seq: 2, previous: manifestChain(1)[0]!.sha256, frozen: { keys: ['note'] } })], 'differ in'],
  ['a key that is not staged', [storedManifest({ frozen: { keys: ['gone'] } })], 'gone is a key'],
  ['parts that do not add up', [storedManifest({ rows: 3, parts: [{ key: 'k', etag: '', bytes: 1, sha256: '', rows: 2 }] })], 'do not add up'],
])('I3: %s is refused', (_name, group, why) => {
  expect(() => checkGroup(request(group))).toThrow(expect.objectContaining({ code: 'LOADER_GROUP_INVALID', exit: 21, message: expect.stringContaining(why) }));
});

test('I3: the ledger has all of a group, or none', () => {
  const manifests = manifestChain(2);
  const group = checkGroup(request(manifests));
  expect(isLoaded(group, [])).toBe(false);
  expect(isLoaded(group, manifests.map(batchOf))).toBe(true);
  expect(() => isLoaded(group, [batchOf(manifests[0]!)])).toThrow(expect.objectContaining({ code: 'LEDGER_SEQUENCE' }));
  expect(() => isLoaded(group, manifests.map((stored) => ({ ...batchOf(stored), manifestSha256: 'f' })))).toThrow(expect.objectContaining({ code: 'LEDGER_CONFLICT', exit: 21 }));
});

test('I3: a group follows the last batch, by number and by manifest', () => {
  const [first, second] = manifestChain(2);
  expect(() => checkFollows(checkGroup(request([first!])), head)).not.toThrow();
  expect(() => checkFollows(checkGroup(request([second!])), { ...head, seq: 1, manifestSha256: first!.sha256 })).not.toThrow();
  expect(() => checkFollows(checkGroup(request([second!])), head)).toThrow(expect.objectContaining({ code: 'LEDGER_SEQUENCE' }));
  expect(() => checkFollows(checkGroup(request([second!])), { ...head, seq: 1, manifestSha256: 'f' })).toThrow(expect.objectContaining({ code: 'LEDGER_CONFLICT' }));
});
