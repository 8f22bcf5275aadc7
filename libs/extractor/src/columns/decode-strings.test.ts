import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchOf, decodeCells, refusalOf } from '../../test/decode.ts';
import { staged } from '../../test/staged-columns.ts';
import { findTextFlaw, truncateUtf8 } from './text-check.ts';

const texts = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 })).map((text) => text.replaceAll('\0', ''));

describe('I6: text arrives byte for byte', () => {
  test('any text without NUL', () => {
    fc.assert(fc.property(fc.array(fc.option(texts), { minLength: 1, maxLength: 20 }), (values) => {
      expect(decodeCells(staged('utf8'), values)).toEqual(values);
    }));
  });

  test('any bytes', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.uint8Array({ maxLength: 300 })), { minLength: 1, maxLength: 20 }), (values) => {
      expect(decodeCells(staged('bytes'), values)).toEqual(values.map((value) => (value === null ? null : Buffer.from(value).toString('latin1'))));
    }));
  });

  test('lengths around each change of the way', () => {
    for (const length of [0, 1, 47, 48, 49, 63, 64, 65, 250, 251, 252, 65_535, 65_536, 100_000]) {
      const text = 'aé😀'.repeat(length).slice(0, length).replace(/[\ud800-\udbff]$/, 'x');
      expect(decodeCells(staged('utf8'), [text, 'x'.repeat(length)])).toEqual([text, 'x'.repeat(length)]);
      expect(decodeCells(staged('bytes'), [text])).toEqual([Buffer.from(text).toString('latin1')]);
    }
  });
});

test('UTF-8 is told from other bytes as node tells it', () => {
  const almost = fc.array(fc.oneof(fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x90, 0x8f), fc.integer({ min: 1, max: 255 })), { maxLength: 12 });
  fc.assert(fc.property(almost, (values) => {
    const bytes = Buffer.from(values);
    expect(findTextFlaw(bytes, 0, bytes.length)).toBe(isUtf8(bytes) ? 'none' : 'utf8');
  }), { numRuns: 20_000 });
});

test('a text of any bytes and any length comes out as it is, or is refused for its flaw', () => {
  const byte = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 127 }) }, { weight: 1, arbitrary: fc.constantFrom(0, 0x7f, 0x80, 0xc3, 0xa9, 0xff) });
  fc.assert(fc.property(fc.array(byte, { maxLength: 40 }), (values) => {
    const bytes = Buffer.from(values);
    if (!isUtf8(bytes)) expect(refusalOf(staged('utf8'), bytes)[0]).toBe('DATA_INVALID_UTF8');
    else if (bytes.includes(0)) expect(refusalOf(staged('utf8'), bytes)[0]).toBe('DATA_NUL_BYTE');
    else expect(decodeCells(staged('utf8'), [bytes, 'after'])).toEqual([bytes.toString(), 'after']);
  }), { numRuns: 5000 });
});

test('every character alone is UTF-8, every surrogate is not', () => {
  for (let code = 1; code <= 0x10ffff; code += code < 0x3000 ? 1 : 97) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const bytes = Buffer.from(String.fromCodePoint(code));
    if (findTextFlaw(bytes, 0, bytes.length) !== 'none') throw new Error(`U+${code.toString(16)}`);
  }
  for (let code = 0xd800; code <= 0xdfff; code++) {
    const bytes = Buffer.from([0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
    if (findTextFlaw(bytes, 0, bytes.length) !== 'utf8') throw new Error(`U+${code.toString(16)}`);
  }
});

describe('policies', () => {
  const INVALID = [Buffer.from([0x61, 0xff, 0x62]), Buffer.concat([Buffer.alloc(100, 0x61), Buffer.from([0xc3])])];

  test('bytes that are no UTF-8', () => {
    for (const bytes of INVALID) expect(refusalOf(staged('utf8'), bytes)).toEqual(['DATA_INVALID_UTF8', `${bytes.length} bytes of text that are not UTF-8`]);
    const batch = batchOf(staged('utf8', { policies: { invalidUtf8: 'replace' } }), INVALID);
    expect(batch.policies).toEqual([{ column: 'c', policy: 'invalid_utf8', action: 'replace', count: 2 }]);
    expect(decodeCells(staged('utf8', { policies: { invalidUtf8: 'replace' } }), INVALID)).toEqual(['a\ufffdb', `${'a'.repeat(100)}\ufffd`]);
  });

  test('NUL in text', () => {
    const cells = ['a\0b', '\0', `é\0${'x'.repeat(200)}`, '\0ü'];
    for (const cell of cells) expect(refusalOf(staged('utf8'), cell)[0]).toBe('DATA_NUL_BYTE');
    const column = staged('utf8', { policies: { nulByte: 'strip' } });
    expect(decodeCells(column, cells)).toEqual(['ab', '', `é${'x'.repeat(200)}`, 'ü']);
    expect(batchOf(column, cells).policies).toEqual([{ column: 'c', policy: 'nul_byte', action: 'strip', count: 4 }]);
    expect(decodeCells(staged('bytes'), ['a\0b'])).toEqual(['a\0b']);
  });

  test('text longer than the column, counted in bytes', () => {
    const limit = { maxBytes: 5 };
    expect(decodeCells(staged('utf8', limit), ['abcde', 'aéé'])).toEqual(['abcde', 'aéé']);
    expect(refusalOf(staged('utf8', limit), 'ééé')).toEqual(['DATA_OVERSIZE', '6 bytes of text, at most 5 bytes fit']);
    const truncating = staged('utf8', { ...limit, policies: { oversize: 'truncate' } });
    expect(decodeCells(truncating, ['ééé', 'abcdef', 'a😀😀', '語語'])).toEqual(['éé', 'abcde', 'a😀', '語']);
    expect(batchOf(truncating, ['ééé', 'ok']).policies).toEqual([{ column: 'c', policy: 'oversize_string', action: 'truncate', count: 1 }]);
    const toNull = batchOf(staged('utf8', { ...limit, policies: { oversize: 'to_null' } }), ['ééé', 'ok']);
    expect([...toNull.batch.columns[0]!.defined]).toEqual([0, 1]);
    expect(toNull.policies).toEqual([{ column: 'c', policy: 'oversize_string', action: 'to_null', count: 1 }]);
  });

  test('bytes longer than the column', () => {
    expect(refusalOf(staged('bytes', { maxBytes: 2 }), 'abc')).toEqual(['DATA_OVERSIZE', '3 bytes, at most 2 bytes fit']);
    const truncating = staged('bytes', { maxBytes: 2, policies: { oversize: 'truncate' } });
    expect(decodeCells(truncating, ['abc', 'ab'])).toEqual(['ab', 'ab']);
    expect(batchOf(truncating, ['abc']).policies).toEqual([{ column: 'c', policy: 'oversize_binary', action: 'truncate', count: 1 }]);
    expect(decodeCells(staged('bytes', { maxBytes: 2, policies: { oversize: 'to_null' } }), ['abc', 'ab'])).toEqual([null, 'ab']);
  });

  test('a text with several flaws is mended by each policy in turn', () => {
    const column = staged('utf8', { maxBytes: 4, policies: { invalidUtf8: 'replace', nulByte: 'strip', oversize: 'truncate' } });
    expect(decodeCells(column, [Buffer.from([0x00, 0xff, 0x61, 0x62])])).toEqual(['\ufffda']);
    expect(batchOf(column, [Buffer.from([0x00, 0xff, 0x61, 0x62])]).policies.map(({ policy }) => policy)).toEqual(['invalid_utf8', 'nul_byte', 'oversize_string']);
  });

  test('a truncated text is UTF-8 and the longest that fits', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.integer({ min: 0, max: 20 }), (text, maxBytes) => {
      const full = Buffer.from(text);
      const cut = truncateUtf8(full, maxBytes);
      expect(isUtf8(cut)).toBe(true);
      expect(full.subarray(0, cut.length).equals(cut)).toBe(true);
      const next = [...text.slice(cut.toString().length)][0];
      if (next === undefined) expect(cut.length).toBe(full.length);
      else expect(cut.length + Buffer.byteLength(next)).toBeGreaterThan(maxBytes);
    }));
  });
});
