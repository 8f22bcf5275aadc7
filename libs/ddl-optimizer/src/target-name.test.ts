import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetColumnName, targetColumnNames } from './target-name.ts';

test.each([
  ['Id', 'id'], ['CreatedAt', 'createdat'], ['190_time', 'col_190_time'], ['oid', 'col_oid'], ['XMIN', 'col_xmin'], ['order', 'order'],
  ['Größe', 'größe'], ['ÄB', 'Äb'], ['a b"c', 'a b"c'],
])('%s is named %s', (source, name) => {
  expect(targetColumnName('sales.orders', source)).toBe(name);
});

test('a name over 127 bytes is refused, since Redshift would cut it', () => {
  expect(targetColumnName('sales.orders', '語'.repeat(42))).toBe('語'.repeat(42));
  expect(() => targetColumnName('sales.orders', '語'.repeat(43))).toThrow(expect.objectContaining({ code: 'DDL_NAME_TOO_LONG', exit: 10 }));
});

test('a given name wins over the stored one, and that over the rule', () => {
  const given = { renamed: { a: 'Alpha' }, stored: { a: 'a', '1st': '1st_kept' } };
  expect([...targetColumnNames('sales.orders', ['a', '1st', '2nd'], given).values()]).toEqual(['alpha', '1st_kept', 'col_2nd']);
  expect([...targetColumnNames('sales.orders', ['Id', 'id'], { renamed: { Id: 'id_old' } }).values()]).toEqual(['id_old', 'id']);
  expect(targetColumnName('sales.orders', '語'.repeat(43), { renamed: { ['語'.repeat(43)]: 'long' } })).toBe('long');
  expect(() => targetColumnName('sales.orders', 'a', { renamed: { a: 'ctid' } })).toThrow(expect.objectContaining({ code: 'DDL_NAME_INVALID', exit: 10 }));
});

test('columns that become one are refused', () => {
  expect(() => targetColumnNames('sales.orders', ['1st', 'col_1st'])).toThrow(expect.objectContaining({ code: 'DDL_NAME_COLLISION', exit: 10, details: { table: 'sales.orders', columns: ['1st', 'col_1st'], name: 'col_1st' } }));
  expect(() => targetColumnNames('sales.orders', ['Id', 'id'])).toThrow(expect.objectContaining({ code: 'DDL_NAME_COLLISION' }));
});

test('names are distinct, folded, and fit, or there is an error', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 20 }), (sources) => {
    let names: ReadonlyMap<string, string>;
    try {
      names = targetColumnNames('sales.orders', sources);
    } catch (error) {
      expect(['DDL_NAME_COLLISION', 'DDL_NAME_TOO_LONG']).toContain((error as { code: string }).code);
      return;
    }
    expect([...names.keys()]).toEqual(sources);
    expect(new Set(names.values()).size).toBe(sources.length);
    for (const name of names.values()) {
      expect(name).not.toMatch(/[A-Z]|^[0-9]/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(127);
    }
  }));
});
