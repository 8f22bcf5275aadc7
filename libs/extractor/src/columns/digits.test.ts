import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fourDigits, safeInteger, smallInteger } from './digits.ts';

const wireOf = (text: string): Buffer => Buffer.from(text, 'latin1');

test('four digits at once: every number, and no other byte at any of the four places', () => {
  for (let value = 0; value < 10_000; value++) if (fourDigits(wireOf(String(value).padStart(4, '0')).readInt32LE()) !== value) throw new Error(`${value}`);
  for (let byte = 0; byte < 256; byte++) {
    if (byte >= 48 && byte <= 57) continue;
    for (let place = 0; place < 4; place++) {
      for (const digits of ['0000', '9999', '1290']) {
        const wire = wireOf(digits);
        wire[place] = byte;
        if (fourDigits(wire.readInt32LE()) !== -1) throw new Error(`byte ${byte} at ${place} of ${digits}`);
      }
    }
  }
});

test('whole numbers of any length, anywhere in a packet, and nothing that only looks like one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{1,15}$/), fc.stringMatching(/^[ -~]{0,5}$/), fc.nat(14), fc.integer({ min: 0, max: 255 }), (digits, before, place, byte) => {
      const wire = wireOf(`${before}${digits}7`);
      const start = before.length;
      const end = start + digits.length;
      expect(safeInteger(wire, start, end)).toBe(Number(digits));
      if (digits.length <= 9) expect(smallInteger(wire, start, end)).toBe(Number(digits));
      if (byte >= 48 && byte <= 57) return;
      wire[start + (place % digits.length)] = byte;
      expect(safeInteger(wire, start, end)).toBe(-1);
    }),
  );
  expect([smallInteger(wireOf(''), 0, 0), safeInteger(wireOf('12'), 1, 1)]).toEqual([-1, -1]);
});
