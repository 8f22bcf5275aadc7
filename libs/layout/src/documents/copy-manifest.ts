import type { StagedPart } from '@tidemark/domain';
import { arrayOf, boolean, count, DRAFT, objectOf, SCHEMA_BASE, type JsonSchema } from './json-schema.ts';
import { corruptDocument, parseJson } from './read-document.ts';
import { violation } from './validate.ts';
import { invalidDocument } from './write-document.ts';

/** One file that COPY must load. */
export interface CopyManifestEntry {
  /** `s3://bucket/key`. */
  readonly url: string;
  /** Always true: without it COPY skips a missing file and says nothing. */
  readonly mandatory: boolean;
  /** COPY from Parquet needs the size of each file, in bytes. */
  readonly meta: { readonly content_length: number };
}

/**
 * The file list that COPY reads, in Redshift's own format.
 * https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
 */
export interface CopyManifest {
  readonly entries: readonly CopyManifestEntry[];
}

/** JSON Schema of a COPY manifest. Redshift owns the format, so it carries no version of ours. */
export const COPY_MANIFEST_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}copy-manifest.json`,
  title: 'Redshift COPY manifest',
  ...objectOf<CopyManifest>({
    entries: {
      ...arrayOf(objectOf<CopyManifestEntry>({ url: { type: 'string', pattern: '^s3://[^/]+/.' }, mandatory: boolean, meta: objectOf<CopyManifestEntry['meta']>({ content_length: count }) })),
      minItems: 1,
    },
  }),
};

const TITLE = { title: 'COPY manifest' };

/**
 * The bytes of a COPY manifest over these parts, in their order.
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID` without parts, or when a part is named twice: COPY would load it twice
 */
export function encodeCopyManifest(bucket: string, parts: readonly Pick<StagedPart, 'key' | 'bytes'>[]): Uint8Array {
  const manifest: CopyManifest = { entries: parts.map((part) => ({ url: `s3://${bucket}/${part.key}`, mandatory: true, meta: { content_length: part.bytes } })) };
  const wrong = violation(COPY_MANIFEST_SCHEMA, manifest);
  if (wrong !== null) throw invalidDocument(TITLE, wrong);
  if (new Set(manifest.entries.map((entry) => entry.url)).size !== parts.length) throw invalidDocument(TITLE, 'it names a part twice');
  return Buffer.from(JSON.stringify(manifest));
}

/**
 * Reads a COPY manifest.
 * @throws LayoutError `COPY_MANIFEST_CORRUPT`
 */
export function decodeCopyManifest(bytes: Uint8Array, key: string): CopyManifest {
  const value = parseJson(bytes);
  const wrong = value === undefined ? 'it is not JSON' : violation(COPY_MANIFEST_SCHEMA, value);
  if (wrong !== null) throw corruptDocument(TITLE, 'COPY_MANIFEST_CORRUPT', key, wrong);
  return value as CopyManifest;
}
