import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enumBytes, labelsOf, setBytes } from './label-width.ts';

test('labels are read back as they were written', () => {
  fc.assert(fc.property(fc.array(fc.string()), (labels) => {
    expect(labelsOf(`enum(${labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(',')})`)).toEqual(labels);
  }));
});

test('an ENUM has room for twice its longest label, in bytes', () => {
  expect(enumBytes(`enum('a','${'é'.repeat(50)}')`)).toBe(200);
  expect(enumBytes("enum('a')")).toBe(64);
});

test('a SET has room for twice all its labels with their commas', () => {
  expect(setBytes(`set('${'a'.repeat(30)}','${'b'.repeat(30)}')`)).toBe(122);
  expect(setBytes(`set(${Array.from({ length: 64 }, (_label, index) => `'${String(index).padEnd(250, 'é')}'`).join(',')})`)).toBeLessThanOrEqual(65_535);
});
