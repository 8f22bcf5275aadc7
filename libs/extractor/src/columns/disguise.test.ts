import { Secret, type MaskRule, type StagedColumn } from '@tidemark/domain';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { batchOf, decodeCells, refusalOf } from '../../test/decode.ts';
import { staged } from '../../test/staged-columns.ts';
import { chooseDecoder } from './choose-decoder.ts';

const KEY = new Secret('an-invented-key-of-32-characters');
const varchar = (bytes: number) => ({ redshift: { name: 'VARCHAR', bytes }, maxBytes: bytes }) as const;
const hashed = (reads: StagedColumn['decode'] = 'utf8', policies: StagedColumn['policies'] = {}): StagedColumn => staged('utf8', { ...varchar(64), policies, disguise: { kind: 'hash', reads } });
const masked = (rule: MaskRule, reads: StagedColumn['decode'] = 'utf8', policies: StagedColumn['policies'] = {}): StagedColumn => staged('utf8', { ...varchar(400), policies, disguise: { kind: 'mask', reads, rule } });

describe('a hash', () => {
  test('is HMAC-SHA256 in lower-case hex digits, and NULL stays NULL', () => {
    // printf %s TEXT | openssl dgst -sha256 -hmac an-invented-key-of-32-characters
    expect(decodeCells(hashed(), ['ada@example.com', '', null, 'é', 'ada@example.com'], KEY)).toEqual([
      'f56693a15ca213036e2a38072a3f84652207b2d95b4f5e9927b06808ae2bf43b', '131515aa62b728ff6e858acdfb8b5d6a1e82389a91394d3387bc5a72aa9effd2', null, 'f2824da694f101be88f4bf33a0dda5d92be59ee80e9e41debd2aa9b722b06e9c', 'f56693a15ca213036e2a38072a3f84652207b2d95b4f5e9927b06808ae2bf43b',
    ]);
    expect(decodeCells(hashed('int64'), ['42'], KEY)).toEqual(['f2ac4db1216c8c05539135f4e2a2cc4660357a4ad94d74b033926f9fe7adabf9']);
  });

  test('of any text is what node\'s own HMAC gives', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 10 }), (texts) => {
      expect(decodeCells(hashed(), texts, KEY)).toEqual(texts.map((text) => createHmac('sha256', KEY.reveal()).update(text, 'utf8').digest('hex')));
    }));
  });

  test('of text that is not UTF-8 goes by the policy', () => {
    const broken = Buffer.from([0x41, 0xff]);
    expect(refusalOf(hashed(), broken, KEY)[0]).toBe('DATA_INVALID_UTF8');
    expect(batchOf(hashed('utf8', { invalidUtf8: 'replace' }), [broken], KEY).policies).toEqual([{ column: 'c', policy: 'invalid_utf8', action: 'replace', count: 1 }]);
  });

  test.each([[null, 'there is no key'], [new Secret('short'), 'the key has 5 bytes']])('needs a key', (key, words) => {
    expect(() => chooseDecoder(hashed(), key)).toThrow(expect.objectContaining({ code: 'EXTRACTOR_HASH_KEY', exit: 10, message: expect.stringContaining(words) as string }));
  });
});

describe('a mask', () => {
  test.each<[string, MaskRule, readonly (readonly [string, string])[]]>([
    ['keep_last_4', { keep: 'last', characters: 4 }, [['+491701234567', '****4567'], ['12345', '****2345'], ['1234', '****'], ['', '****'], ['a😀é中文', '****😀é中文']]],
    ['keep_first_2', { keep: 'first', characters: 2 }, [['Ada', 'Ad****'], ['Ad', '****'], ['', '****'], ['😀é中', '😀é****']]],
    ['keep_domain', { keep: 'domain' }, [['ada@example.com', '****@example.com'], ['"a@b"@example.com', '****@example.com'], ['no address', '****'], ['@example.com', '****'], ['ada@', '****'], [`ada@${'x'.repeat(254)}`, '****']]],
    ['redact', { keep: 'nothing' }, [['anything', '****'], ['', '****']]],
  ])('%s', (_name, rule, cases) => {
    expect(decodeCells(masked(rule), cases.map(([text]) => text))).toEqual(cases.map(([, shown]) => shown));
    expect(decodeCells(masked(rule), [null])).toEqual([null]);
  });

  test('shows the digits of a number', () => {
    expect(decodeCells(masked({ keep: 'last', characters: 4 }, 'int64'), ['4111111111111111'])).toEqual(['****1111']);
  });

  test('never shows more characters than it says, nor all of them, and stays UTF-8', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')), fc.integer({ min: 1, max: 20 }), fc.constantFrom('first', 'last'), (text, characters, keep) => {
      const points = [...text];
      const shown = points.length <= characters ? '' : (keep === 'first' ? points.slice(0, characters) : points.slice(-characters)).join('');
      expect(decodeCells(masked({ keep, characters }), [text])).toEqual([keep === 'first' ? `${shown}****` : `****${shown}`]);
    }));
  });

  test('lets no broken text and no NUL through', () => {
    const rule = { keep: 'last', characters: 4 } as const;
    expect(refusalOf(masked(rule), Buffer.from([0x41, 0xff]))[0]).toBe('DATA_INVALID_UTF8');
    expect(refusalOf(masked(rule), 'ab\0cdef')[0]).toBe('DATA_NUL_BYTE');
    expect(decodeCells(masked(rule, 'utf8', { nulByte: 'strip' }), ['ab\0c\0defg'])).toEqual(['****defg']);
  });

  test('of a column that is not read takes NULL and nothing else', () => {
    const column = masked({ keep: 'null' });
    expect(decodeCells(column, [null, null])).toEqual([null, null]);
    expect(refusalOf(column, 'a value')[0]).toBe('SOURCE_PROTOCOL');
  });
});
