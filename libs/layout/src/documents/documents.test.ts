/* eslint-disable @typescript-eslint/no-explicit-any -- fixtures are edited as plain JSON */
import { readFileSync } from 'node:fs';
import type { BatchManifest, LeaseDocument, WatermarkDocument } from '@tidemark/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import {
  COPY_MANIFEST_SCHEMA, decodeCopyManifest, decodeLease, decodeManifest, decodeTombstone, decodeWatermark, decodeWatermarkHistory, encodeCopyManifest, encodeLease, encodeManifest, encodeTombstone, encodeWatermark, encodeWatermarkHistory,
  initialWatermark, LEASE_SCHEMA, MANIFEST_SCHEMA, manifestSha256, TOMBSTONE_SCHEMA, WATERMARK_HISTORY_SCHEMA, WATERMARK_SCHEMA, type JsonSchema, type Tombstone,
} from '../index.ts';

const task = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };
const key = 'watermark/shop_pipeline/dw/x.json';
const fixture = (name: string): Buffer => readFileSync(new URL(`../../testdata/${name}`, import.meta.url));
const changed = (name: string, change: (document: Record<string, any>) => void): Buffer => {
  const document = JSON.parse(fixture(name).toString()) as Record<string, unknown>;
  change(document);
  return Buffer.from(JSON.stringify(document));
};
const code = (expected: string, exit = 21) => expect.objectContaining({ code: expected, exit });

interface Kind {
  readonly file: string;
  readonly schema: JsonSchema;
  readonly prefix: string;
  decode(bytes: Uint8Array, of?: typeof task): object;
  encode(document: object): Uint8Array;
}

const KINDS: Record<string, Kind> = {
  watermark: { file: 'watermark-1.json', schema: WATERMARK_SCHEMA, prefix: 'WATERMARK', decode: (bytes, of = task) => decodeWatermark(bytes, { key, task: of }), encode: (document) => encodeWatermark(document as WatermarkDocument, null) },
  manifest: { file: 'manifest-1.json', schema: MANIFEST_SCHEMA, prefix: 'MANIFEST', decode: (bytes, of = task) => decodeManifest(bytes, { key, task: of, epoch: 2, seq: 18 }), encode: (document) => encodeManifest(document as BatchManifest) },
  lease: { file: 'lease-1.json', schema: LEASE_SCHEMA, prefix: 'LEASE', decode: (bytes, of = task) => decodeLease(bytes, { key, task: of }), encode: (document) => encodeLease(document as LeaseDocument, null) },
  tombstone: { file: 'tombstone-1.json', schema: TOMBSTONE_SCHEMA, prefix: 'TOMBSTONE', decode: (bytes, of = task) => decodeTombstone(bytes, { key, task: of }), encode: (document) => encodeTombstone(document as Tombstone) },
  history: { file: 'watermark-history-1.json', schema: WATERMARK_HISTORY_SCHEMA, prefix: 'HISTORY', decode: (bytes, of = task) => decodeWatermarkHistory(bytes, { key, task: of }), encode: (document) => encodeWatermarkHistory(document as never) },
};

describe.each(Object.entries(KINDS))('%s', (title, kind) => {
  test('version 1 is read and comes out of a rewrite unchanged', () => {
    const document = kind.decode(fixture(kind.file));
    expect(document).toEqual(JSON.parse(fixture(kind.file).toString()));
    expect(kind.decode(kind.encode(document))).toEqual(document);
    expect(Buffer.from(kind.encode(document)).equals(kind.encode(document))).toBe(true);
  });

  test('its published schema is a valid schema', () => {
    expect(new Ajv2020().validateSchema(kind.schema)).toBe(true);
    expect(kind.schema['$id']).toMatch(/-1\.json$/);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a document', fixture(kind.file).subarray(0, 200)],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['a list', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['an empty object', Buffer.from('{}')],
    ['a missing version', changed(kind.file, (document) => delete document['format_version'])],
    ['version 0', changed(kind.file, (document) => (document['format_version'] = 0))],
    ['a version as text', changed(kind.file, (document) => (document['format_version'] = '1'))],
    ['a missing name', changed(kind.file, (document) => delete document['table'])],
    ['a generation below zero', changed(kind.file, (document) => (document['generation'] = -1))],
  ])('%s is corrupt, and the error says where and what to do', (_what, bytes) => {
    expect(() => kind.decode(bytes)).toThrow(code(`${kind.prefix}_CORRUPT`));
    try {
      kind.decode(bytes);
    } catch (error) {
      expect((error as Error).message).toContain(key);
      expect((error as { remedy: string[] }).remedy.length).toBeGreaterThan(0);
    }
  });

  test('a newer version is refused as newer, whatever else has changed in it', () => {
    expect(() => kind.decode(Buffer.from('{"format_version":2,"everything":"else"}'))).toThrow(code('LAYOUT_FORMAT_NEWER'));
  });

  test.each(['pipeline', 'target', 'table'] as const)(`another %s's ${title} is refused`, (field) => {
    expect(() => kind.decode(fixture(kind.file), { ...task, [field]: 'SHOP_RO:sales_orders.x' })).toThrow(code(`${kind.prefix}_FOREIGN`));
  });

  test('a document that does not fit is never written', () => {
    const document = kind.decode(fixture(kind.file));
    expect(() => kind.encode({ ...document, generation: 'seven' })).toThrow(code('LAYOUT_DOCUMENT_INVALID', 70));
    expect(() => kind.encode({ ...document, write_id: 'a/b' })).toThrow(code('LAYOUT_DOCUMENT_INVALID', 70));
  });
});

describe('watermark', () => {
  test('fields of a newer writer are kept on rewrite, at every level, and those of today are replaced', () => {
    const stored = changed('watermark-1.json', (document) => {
      document['comment'] = 'by a newer writer';
      document['mysql_state'].bytes = 7;
      document['staged_through'].position.offset = 9;
      document['column_mapping'].gone = 'gone';
    });
    const previous = decodeWatermark(stored, { key, task });
    const next: WatermarkDocument = { ...initialWatermark(task, { writeId: 'w-2', at: new Date(0), epoch: 3 }), mysql_state: { ...previous.mysql_state, total_rows: 5 } };
    const rewritten = JSON.parse(Buffer.from(encodeWatermark(next, previous)).toString()) as Record<string, any>;
    expect(rewritten).toMatchObject({ comment: 'by a newer writer', epoch: 3, column_mapping: {}, mysql_state: { bytes: 7, total_rows: 5 }, staged_through: { seq: 0, position: null } });
    expect(rewritten['column_mapping']).toEqual({});
  });

  test('a table id that is not that of the names is corrupt', () => {
    expect(() => decodeWatermark(changed('watermark-1.json', (document) => (document['table_id'] = '0123456789abcdef')), { key, task })).toThrow(code('WATERMARK_CORRUPT'));
  });

  test.each([{ kind: 'keyset', columns: [], values: [] }, { kind: 'row', id: 1 }, { kind: 'pk', columns: ['id'], values: [5] }, 'x'])('the position %j is corrupt', (position) => {
    expect(() => decodeWatermark(changed('watermark-1.json', (document) => (document['loaded_through'].position = position)), { key, task })).toThrow(code('WATERMARK_CORRUPT'));
  });

  test('the initial one is valid and begins before the first row', () => {
    const document = initialWatermark(task, { writeId: 'w-1', at: new Date('2026-01-31T12:00:00Z'), generation: 4, runId: 'sync_20260131_120000_00000000' });
    expect(decodeWatermark(encodeWatermark(document, null), { key, task })).toEqual(document);
    expect(document).toMatchObject({ epoch: 1, generation: 4, phase: 'first_load', loaded_through: { seq: 0, position: null }, redshift_state: { status: 'pending', total_rows: 0 }, updated_at: '2026-01-31T12:00:00.000Z' });
  });
});

describe('manifest', () => {
  const place = { key, task, epoch: 2, seq: 18 };

  test('its digest is that of the stored bytes', () => {
    expect(manifestSha256(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test.each([{ seq: 17 }, { epoch: 1 }])('one that lies at the key of %j is refused', (other) => {
    expect(() => decodeManifest(fixture('manifest-1.json'), { ...place, ...other })).toThrow(code('MANIFEST_FOREIGN'));
  });

  test.each<[string, (document: Record<string, any>) => void]>([
    ['I5: parts that hold other rows than the count', (document) => (document['parts'][0].rows = 98)],
    ['I5: a quarantine that holds other rows than the count', (document) => (document['quarantine'] = null)],
    ['a part named twice', (document) => (document['parts'][1].key = document['parts'][0].key)],
    ['another batch id', (document) => (document['batch_id'] = '2-000000000017-8aab8407')],
    ['a later batch without predecessor', (document) => (document['previous_manifest_sha256'] = null)],
    ['an unknown decoding', (document) => (document['frozen'].columns[0].decode = 'guess')],
    ['a DECIMAL without scale', (document) => delete document['frozen'].columns[0].redshift.scale],
    ['a VARCHAR without width', (document) => delete document['frozen'].columns[2].redshift.bytes],
    ['a DECIMAL in the file without its length', (document) => delete document['frozen'].columns[0].parquet.typeLength],
  ])('%s is corrupt and never written', (_what, change) => {
    const bytes = changed('manifest-1.json', change);
    expect(() => decodeManifest(bytes, place)).toThrow(code('MANIFEST_CORRUPT'));
    expect(() => encodeManifest(JSON.parse(bytes.toString()) as BatchManifest)).toThrow(code('LAYOUT_DOCUMENT_INVALID', 70));
  });
});

describe('COPY manifest', () => {
  const parts = [{ key: 'incremental/shop/shop_ro_sales_orders/a.parquet', bytes: 12_000 }, { key: 'incremental/shop/shop_ro_sales_orders/b.parquet', bytes: 345 }];

  test('is what Redshift reads: each file once, mandatory, with its length', () => {
    expect(Buffer.from(encodeCopyManifest('shop-lake', parts)).toString()).toBe(fixture('copy-manifest.json').toString().trim());
    expect(decodeCopyManifest(fixture('copy-manifest.json'), key).entries[1]).toEqual({ url: 's3://shop-lake/incremental/shop/shop_ro_sales_orders/b.parquet', mandatory: true, meta: { content_length: 345 } });
    expect(new Ajv2020().validateSchema(COPY_MANIFEST_SCHEMA)).toBe(true);
  });

  test('without parts or with a part twice it is not written', () => {
    expect(() => encodeCopyManifest('shop-lake', [])).toThrow(code('LAYOUT_DOCUMENT_INVALID', 70));
    expect(() => encodeCopyManifest('shop-lake', [parts[0]!, parts[0]!])).toThrow(code('LAYOUT_DOCUMENT_INVALID', 70));
  });

  test.each(['', '{}', '{"entries":[]}', '{"entries":[{"url":"s3://b/k","mandatory":true}]}'])('%j is corrupt', (text) => {
    expect(() => decodeCopyManifest(Buffer.from(text), key)).toThrow(code('COPY_MANIFEST_CORRUPT'));
  });
});
