import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTableName, parseTableName, type TableName } from './table-name.ts';

test('a scoped name is connection, schema and table', () => {
  expect(formatTableName({ connection: 'SHOP_RO', schema: 'sales', table: 'orders' })).toBe('SHOP_RO:sales.orders');
  expect(parseTableName('SHOP_RO:sales.orders')).toEqual({ connection: 'SHOP_RO', schema: 'sales', table: 'orders' });
});

test.each<readonly [string, TableName]>([
  ['SHOP_RO:sales.orders.2026', { connection: 'SHOP_RO', schema: 'sales', table: 'orders.2026' }],
  ['SHOP_RO:sales.a:b', { connection: 'SHOP_RO', schema: 'sales', table: 'a:b' }],
  ['SHOP_RO:sa:les.orders', { connection: 'SHOP_RO', schema: 'sa:les', table: 'orders' }],
  ['SHOP_RO:sales. ', { connection: 'SHOP_RO', schema: 'sales', table: ' ' }],
  ['SHOP_RO:sales.ord`er"s\';--', { connection: 'SHOP_RO', schema: 'sales', table: 'ord`er"s\';--' }],
  ['SHOP_RO:sales.../../etc', { connection: 'SHOP_RO', schema: 'sales', table: '../../etc' }],
  ['SHOP_RO:sales.two\nlines', { connection: 'SHOP_RO', schema: 'sales', table: 'two\nlines' }],
  ['SHOP_RO:sales.\u001b[31mred', { connection: 'SHOP_RO', schema: 'sales', table: '\u001b[31mred' }],
  ['SHOP_RO:店.注文\u{1F6D2}', { connection: 'SHOP_RO', schema: '店', table: '注文\u{1F6D2}' }],
  ['SHOP_RO:__proto__.constructor', { connection: 'SHOP_RO', schema: '__proto__', table: 'constructor' }],
])('%j is read and written back', (text, name) => {
  expect(parseTableName(text)).toEqual(name);
  expect(formatTableName(name)).toBe(text);
});

test.each(['', ':', '.', 'orders', 'sales.orders', 'SHOP_RO:orders', ':sales.orders', 'SHOP_RO:.orders', 'SHOP_RO:sales.', 'SHOP_RO:', 'SHOP_RO:.'])('%j has another shape', (text) => {
  expect(parseTableName(text)).toBeUndefined();
});

test('every name whose connection has no colon and whose schema has no dot comes back as it was', () => {
  const name = fc.record({
    connection: fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes(':')),
    schema: fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('.')),
    table: fc.string({ unit: 'binary', minLength: 1 }),
  });
  fc.assert(fc.property(name, (value) => {
    expect(parseTableName(formatTableName(value))).toEqual(value);
  }), { seed: 20_260_131 });
});
