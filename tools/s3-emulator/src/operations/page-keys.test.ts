import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../store/compare-keys.ts';
import { pageKeys } from './page-keys.ts';
import type { KeyPageEntry, ListPosition } from './page-keys.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '\u{ff5e}', '\u{1f30a}'), minLength: 1, maxLength: 6 });
const keySet = fc.uniqueArray(key, { maxLength: 30 }).map((keys) => keys.sort(compareKeys));

test('keys are ordered as their UTF-8 bytes are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 }), (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('pages of any size together give every visible key or its common prefix once, in order', () => {
  fc.assert(
    fc.property(keySet, key.map((text) => text.slice(0, 1)), fc.constantFrom('', '/', '--'), fc.integer({ min: 1, max: 4 }), (keys, prefix, delimiter, limit) => {
      const visible = (text: string): boolean => !text.endsWith('b');
      const seen: KeyPageEntry[] = [];
      let from: ListPosition | undefined;
      do {
        const page = pageKeys(keys, { prefix, delimiter, from, limit }, visible);
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        if (page.next) expect(page.entries.length).toBe(limit);
        seen.push(...page.entries);
        from = page.next;
      } while (from);
      const expected = new Map<string, KeyPageEntry>();
      for (const text of keys.filter((candidate) => candidate.startsWith(prefix) && visible(candidate))) {
        const cut = delimiter === '' ? -1 : text.indexOf(delimiter, prefix.length);
        const commonPrefix = text.slice(0, cut + delimiter.length);
        if (cut < 0) expected.set(`k${text}`, { key: text });
        else expected.set(`p${commonPrefix}`, { commonPrefix });
      }
      expect(seen).toEqual([...expected.values()]);
    }),
  );
});

test('a key that goes between two pages costs no other key', () => {
  const first = pageKeys(['a', 'b', 'c', 'd'], { prefix: '', delimiter: '', limit: 2 }, () => true);
  const second = pageKeys(['a', 'c', 'd'], { prefix: '', delimiter: '', from: first.next, limit: 2 }, () => true);
  expect(second.entries).toEqual([{ key: 'c' }, { key: 'd' }]);
});
