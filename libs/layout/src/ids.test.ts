import type { StagedColumn } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { batchId, partName, seqText } from './batch-id.ts';
import { canonicalJson } from './canonical-json.ts';
import { runId } from './run-id.ts';
import { schemaFingerprint } from './schema-fingerprint.ts';
import { shortTableId, tableId } from './table-id.ts';

const task = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };

describe('tableId', () => {
  test('is 16 hex digits and stays the same for ever', () => {
    expect(tableId(task)).toBe('8aab840758a60954');
    expect(shortTableId(task)).toBe('8aab8407');
  });

  test('no shift of a character between the names gives the same id', () => {
    const ids = [task, { ...task, pipeline: 'shop_pipelin', target: 'edw' }, { ...task, target: 'dw","S', table: 'HOP_RO:sales.orders' }, { ...task, table: 'shop_ro:sales.orders' }].map(tableId);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('runId', () => {
  test('is UTC and has 8 hex digits', () => {
    expect(runId(new Date('2026-01-31T23:59:05.999Z'), Uint8Array.of(0, 1, 0xab, 0xff, 9))).toBe('sync_20260131_235905_0001abff');
  });
  test('asks for 4 random bytes', () => {
    expect(() => runId(new Date(), Uint8Array.of(1, 2, 3))).toThrow(RangeError);
  });
});

describe('batch ids', () => {
  test('have epoch, seq in 12 digits and the short table id', () => {
    expect(batchId(task, { epoch: 3, seq: 17 })).toBe('3-000000000017-8aab8407');
    expect(partName(task, { epoch: 3, seq: 17, generation: 4 }, 12)).toBe('3-000000000017-8aab8407-g4-00012');
  });
  test.each([-1, 1.5, Number.NaN, 1_000_000_000_000])('seq %s is refused', (seq) => {
    expect(() => seqText(seq)).toThrow(RangeError);
  });
  test('a part that would not fit its 5 digits is refused', () => {
    expect(() => partName(task, { epoch: 1, seq: 1, generation: 1 }, 100_000)).toThrow(RangeError);
  });
});

describe('canonicalJson', () => {
  test('sorts keys by code units at every depth and leaves no white space', () => {
    expect(canonicalJson({ b: [1, { z: null, a: 'é' }], a: undefined, B: true, '\u{1f600}': 1, '\ufb33': 2 })).toBe('{"B":true,"b":[1,{"a":"é","z":null}],"😀":1,"\ufb33":2}');
  });
  test.each([[1n], [Number.NaN], [[undefined]], [new Date(0)], [new Map()], [() => 1]])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('schemaFingerprint', () => {
  const column: StagedColumn = { source: 'id', name: 'id', sourceType: 'bigint(20)', select: '`id`', decode: 'int64', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' }, policies: {} };
  const text: StagedColumn = { source: 'note', name: 'note', sourceType: 'varchar(40)', select: '`note`', decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: 160 }, maxBytes: 160, policies: {} };

  test('has a version and stays the same for ever', () => {
    expect(schemaFingerprint([column, text])).toBe('v1:d59cbc025e71cdca696e7e94b47ea39a6d7d47910fe707c714e172b45d8e290d');
  });

  test("changes with the target's type where it is another than the staged one", () => {
    const parsed: StagedColumn = { ...text, target: { redshift: { name: 'SUPER' }, by: 'json_parse' } };
    expect(schemaFingerprint([parsed])).not.toBe(schemaFingerprint([text]));
  });
  test('does not depend on the order of properties, on the spelling of the source type, or on policies', () => {
    const { source, ...rest } = column;
    expect(schemaFingerprint([{ ...rest, source, sourceType: 'bigint', select: '`t`.`id`', policies: { zeroDate: 'to_null' } }])).toBe(schemaFingerprint([column]));
  });
  test('depends on order, names, types and widths', () => {
    const changed: StagedColumn[][] = [[column, text], [text, column], [column], [column, { ...text, maxBytes: 161 }], [column, { ...text, redshift: { name: 'VARCHAR', bytes: 320 } }], [column, { ...text, name: 'memo' }], [column, { ...text, decode: 'bytes' }]];
    expect(new Set(changed.map(schemaFingerprint)).size).toBe(changed.length);
  });
});
