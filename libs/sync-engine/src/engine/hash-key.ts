import type { FrozenBatch, Finding, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from './errors.ts';

/**
 * The key with which a batch's hashed columns are hashed, by its fingerprint; nothing where no column is hashed.
 * @param fingerprint of the key that the run has; null without one
 * @throws SyncError SYNC_HASH_KEY_MISSING
 */
export function frozenHashKey(table: string, columns: FrozenBatch['columns'], fingerprint: string | null): Pick<FrozenBatch, 'hash_key'> {
  const hashed = columns.filter(({ disguise }) => disguise?.kind === 'hash').map(({ source }) => source);
  if (hashed.length === 0) return {};
  if (fingerprint !== null) return { hash_key: fingerprint };
  throw new SyncError('SYNC_HASH_KEY_MISSING', { message: `${table}: ${hashed.join(', ')} ${hashed.length === 1 ? 'is' : 'are'} to be hashed, and TIDEMARK_HASH_KEY is not set.`, details: { table, columns: hashed } });
}

/** What to know when the key is another than that of the batches before: equal values have two hashes from here on. */
export function hashKeyFindings(table: string, { hash_key: known }: WatermarkDocument, { hash_key: now }: FrozenBatch): readonly Finding[] {
  if (known === undefined || now === undefined || known === now) return [];
  return [{
    code: 'HASH_KEY_CHANGED', severity: 'warning', table,
    message: `TIDEMARK_HASH_KEY is another one (${now}) than that of the rows before (${known}): a value that is hashed from here on differs from its hash in rows that are loaded already.`,
    remedy: ['Put the former key back, or reload the table: tidemark watermark reset.'],
  }];
}
