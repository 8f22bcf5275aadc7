import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LayoutError } from './errors.ts';
import { fileForm } from './file-form.ts';

describe('fileForm', () => {
  test.each([
    ['SHOP_RO:sales.orders', 'shop_ro_sales_orders'],
    ['SHOP-RO:sales.order-items', 'shop_ro_sales_order_items'],
    ['SHOP_RO:Sales.ORDERS', 'shop_ro_sales_orders'],
    ['SHOP_RO:sales.a.b', 'shop_ro_sales_a_b'],
    ['SHOP_RO:sales.../../etc', 'shop_ro_sales___-2f__-2fetc'],
    ['SHOP_RO:sales.a/b', 'shop_ro_sales_a-2fb'],
    ['SHOP_RO:sales.price $', 'shop_ro_sales_price-20-24'],
    ['SHOP_RO:sales.Straße', 'shop_ro_sales_stra-c3-9fe'],
    ['SHOP_RO:sales.日', 'shop_ro_sales_-e6-97-a5'],
    ['SHOP_RO:sales.😀', 'shop_ro_sales_-f0-9f-98-80'],
  ])('%s gives %s', (scoped, form) => {
    expect(fileForm(scoped)).toBe(form);
  });

  test('names that differ in an encoded character never share a form', () => {
    expect(new Set(['a b', 'a%b', 'a-20b', 'a/b', "a'b", 'a"b', 'a\\b', 'a*b'].map((table) => fileForm(`C:s.${table}`))).size).toBe(8);
  });

  test.each(['orders', 'sales.orders', 'C:orders', ':s.t', 'C:.t', 'C:s.', '', 'C:s.a\nb', 'C:s.a\u0000', 'C:s.\u2028', 'C:s.\ud800'])('%j is refused', (scoped) => {
    expect(() => fileForm(scoped)).toThrow(expect.objectContaining({ code: 'LAYOUT_NAME_INVALID', exit: 10 }));
  });

  test('long names are cut and end in a digest of the whole name', () => {
    const long = `C:${'日'.repeat(64)}.${'本'.repeat(64)}`;
    const form = fileForm(long);
    expect(form).toMatch(/^[a-z0-9_-]{182}--[0-9a-f]{16}$/);
    expect(fileForm(`${long}x`)).not.toBe(form);
  });

  test('every form is a plain segment of a key', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, name, name, (connection, schema, table) => {
        try {
          expect(fileForm(`${connection}:${schema}.${table}`)).toMatch(/^[a-z0-9_-]{1,200}$/);
        } catch (error) {
          expect(error).toBeInstanceOf(LayoutError);
        }
      }),
    );
  });
});
