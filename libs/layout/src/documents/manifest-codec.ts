import { createHash } from 'node:crypto';
import type { BatchManifest } from '@tidemark/domain';
import { batchId, type BatchNumber } from '../batch-id.ts';
import { LayoutError } from '../errors.ts';
import { MANIFEST_SCHEMA } from './manifest-schema.ts';
import { corruptDocument, readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { invalidDocument, writeDocument } from './write-document.ts';

const MANIFEST: DocumentKind = { title: 'manifest', schema: MANIFEST_SCHEMA, corrupt: 'MANIFEST_CORRUPT', foreign: 'MANIFEST_FOREIGN' };

/**
 * Reads a stored manifest, fields of newer writers included.
 * @param place with the epoch and seq that its key names
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `MANIFEST_CORRUPT`, `MANIFEST_FOREIGN` also for another batch's
 */
export function decodeManifest(bytes: Uint8Array, place: DocumentPlace & BatchNumber): BatchManifest {
  const manifest = readDocument<BatchManifest>(MANIFEST, bytes, place);
  if (manifest.epoch !== place.epoch || manifest.seq !== place.seq) {
    throw new LayoutError('MANIFEST_FOREIGN', {
      message: `The manifest at ${place.key} is that of epoch ${manifest.epoch}, seq ${manifest.seq}.`,
      details: { key: place.key, found: { epoch: manifest.epoch, seq: manifest.seq }, expected: { epoch: place.epoch, seq: place.seq } },
    });
  }
  const wrong = contradiction(manifest);
  if (wrong !== null) throw corruptDocument(MANIFEST, 'MANIFEST_CORRUPT', place.key, wrong);
  return manifest;
}

/**
 * The bytes of a manifest, which is written once and for all.
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID` also when its counts do not add up
 */
export function encodeManifest(manifest: BatchManifest): Uint8Array {
  const bytes = writeDocument(MANIFEST, manifest, null);
  const wrong = contradiction(manifest);
  if (wrong !== null) throw invalidDocument(MANIFEST, wrong);
  return bytes;
}

/** The digest that the next manifest and the ledger carry: hex sha256 of the stored bytes. */
export function manifestSha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What in a manifest contradicts itself; null when nothing does. */
function contradiction(manifest: BatchManifest): string | null {
  const partRows = manifest.parts.reduce((sum, part) => sum + part.rows, 0);
  if (partRows !== manifest.counts.rows) return `its parts hold ${partRows} rows and its count says ${manifest.counts.rows}`;
  const quarantined = manifest.quarantine?.rows ?? 0;
  if (quarantined !== manifest.counts.quarantined) return `its quarantine holds ${quarantined} rows and its count says ${manifest.counts.quarantined}`;
  if (new Set(manifest.parts.map((part) => part.key)).size !== manifest.parts.length) return 'it names a part twice';
  if (manifest.batch_id !== batchId(manifest, manifest)) return '/batch_id is not that of its table, epoch and seq';
  if ((manifest.previous_manifest_sha256 === null) !== (manifest.seq === 1)) return 'the first manifest of an epoch, and only it, has no predecessor';
  return null;
}
