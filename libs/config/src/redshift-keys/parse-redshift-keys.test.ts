import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { configTexts } from '../../test/config-texts.ts';
import { buildConfig } from '../build-config.ts';
import { parseRedshiftKeys } from './parse-redshift-keys.ts';
import { REDSHIFT_KEYS_SCHEMA } from './redshift-keys-schema.ts';

const parse = (entry: unknown) => parseRedshiftKeys({ path: 'config/redshift_keys.json', text: JSON.stringify({ 'sales.orders': entry }, null, 2) });
const isValid = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(REDSHIFT_KEYS_SCHEMA);

test.each([
  [{ sortkey: 'a' }, { type: 'compound', columns: ['a'] }],
  [{ sortkey: ['a', 'b'] }, { type: 'compound', columns: ['a', 'b'] }],
  [{ sortkey: { columns: ['a'] } }, { type: 'compound', columns: ['a'] }],
  [{ sortkey: { type: 'interleaved', columns: ['a', 'b'] } }, { type: 'interleaved', columns: ['a', 'b'] }],
  [{ sortkey: 'AUTO' }, { type: 'auto' }],
  [{ compound_sortkey: ['a', 'b'] }, { type: 'compound', columns: ['a', 'b'] }],
  [{ interleaved_sortkey: ['a', 'b'] }, { type: 'interleaved', columns: ['a', 'b'] }],
  [{}, null],
])('sort key of %j', (entry, sortKey) => {
  expect(parse(entry)).toMatchObject({ problems: [] });
  expect(parse(entry).keys.get('sales.orders')?.sortKey).toEqual(sortKey);
  expect(isValid({ 'sales.orders': entry })).toBe(true);
});

test('everything that an entry can say', () => {
  const entry = { distkey: 'customer_id', diststyle: 'key', encode: { note: 'ZSTD' }, table_type: 'fact', description: 'orders by customer' };
  expect(parse(entry).keys.get('sales.orders')).toEqual({ distStyle: 'KEY', distKey: 'customer_id', sortKey: null, encodings: { note: 'zstd' }, tableType: 'fact', place: 'config/redshift_keys.json:2' });
});

describe('what is wrong is said with its place', () => {
  test.each([
    [{ sortkey: 7 }, ':3:16: sales.orders.sortkey is 7; allowed: a column'],
    [{ sortkey: [] }, 'sales.orders.sortkey is a list; allowed: a list of different column names'],
    [{ sortkey: ['a', 'a'] }, 'sales.orders.sortkey is a list; allowed: a list of different column names'],
    [{ sortkey: { type: 'zorder', columns: ['a'] } }, 'sales.orders.sortkey.type is "zorder"; allowed: compound, interleaved'],
    [{ sortkey: { type: 'compound' } }, 'sales.orders.sortkey has no columns'],
    [{ sortkey: { columns: ['a'], order: 1 } }, 'unknown key "order" in sales.orders.sortkey'],
    [{ sortkey: 'a', compound_sortkey: ['b'] }, 'sales.orders has sortkey and compound_sortkey; a table has one sort key'],
    [{ distkey: '' }, 'sales.orders.distkey is ""; allowed: the name of a column'],
    [{ diststyle: 'SOME' }, 'sales.orders.diststyle is "SOME"; allowed: KEY, ALL, EVEN, AUTO'],
    [{ distkeys: 'a' }, 'unknown key "distkeys" in sales.orders; the nearest known one is "distkey"'],
    [{ encode: { a: 'gzip' } }, 'sales.orders.encode.a is "gzip"; allowed: raw, az64'],
    ['AUTO', 'sales.orders is "AUTO"; allowed: a map of distkey'],
  ])('%j', (entry, message) => {
    const [problem] = parse(entry).problems;
    expect(problem?.message).toContain(message);
    expect(problem).toMatchObject({ file: 'config/redshift_keys.json', line: expect.any(Number) as number });
  });

  test('a name that is no table, one table twice, text that is not JSON', () => {
    const at = (text: string) => parseRedshiftKeys({ path: 'k.json', text }).problems.map(({ message }) => message);
    expect(at('{"orders": {}}')).toEqual(['k.json:1:2: "orders" is not a table as schema.table']);
    expect(at('{"a.b": {},\n"A.B": {}}')).toEqual(['k.json:2:1: "A.B" and "a.b" are one table: names differ in case only']);
    expect(at('{"a.b": {')).toHaveLength(1);
  });
});

test('an entry is found by the name at the source or in Redshift, and the table type of the pipeline wins', () => {
  const config = (file: object, table: string) => buildConfig(configTexts({ 'redshift_keys.json': JSON.stringify(file), 'pipelines/shop.yml': `pipeline: { source: SHOP_RO, target: dw, target_schema: reporting }\ntables:\n  sales.orders: ${table}\n` })).pipeline('shop').tables[0]!;
  expect(config({ 'Sales.Orders': { distkey: 'a', table_type: 'fact' } }, '{}')).toMatchObject({ redshiftKeys: { distKey: 'a' }, tableType: 'fact' });
  expect(config({ 'reporting.o': { distkey: 'b' } }, '{ target_name: o, table_type: dimension }')).toMatchObject({ redshiftKeys: { distKey: 'b' }, tableType: 'dimension' });
  expect(config({ 'sales.other': { distkey: 'b' } }, '{}').redshiftKeys).toBeNull();
});

test('problems of the file stop like those of any other', () => {
  expect(() => buildConfig(configTexts({ 'redshift_keys.json': '{"sales.orders": {"distkey": 1}}' }))).toThrow(expect.objectContaining({ code: 'CONFIG_VALUE', message: expect.stringContaining('config/redshift_keys.json:1:') as string }));
});
