import { createHash } from 'node:crypto';
import type { StagedColumn } from '@tidemark/domain';
import { canonicalJson } from './canonical-json.ts';

/**
 * The version and the sha256 of what decides the shape of a Parquet file and its staging table, e.g. `v1:9f86d081…`.
 *
 * Order, names, decoding, Parquet and Redshift types and widths of the columns count, the target's where it is another. `sourceType`, `select` and the
 * policies do not: they change values or spelling, never the shape. Fingerprints of different versions are not comparable.
 */
export function schemaFingerprint(columns: readonly StagedColumn[]): string {
  const shape = columns.map(({ source, name, decode, parquet, redshift, target, maxBytes }) => ({ source, name, decode, parquet, redshift, ...(target === undefined ? {} : { target }), maxBytes: maxBytes ?? null }));
  return `v1:${createHash('sha256').update(canonicalJson(shape)).digest('hex')}`;
}
