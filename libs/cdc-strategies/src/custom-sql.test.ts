import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ORDERS, SETTINGS, sourceColumn, sourceTable, STAGED } from '../test/orders-table.ts';
import { bindQuery, checkCustomQuery } from './custom-query.ts';
import { describableQuery, type CustomSqlSettings } from './custom-sql-strategy.ts';
import { createStrategy } from './create-strategy.ts';
import { SqlLiteral } from './sql-literal.ts';

const QUERY = 'SELECT o.id, o.updated_at, o.state FROM sales.orders o WHERE o.updated_at > :last_timestamp AND o.updated_at < :until_timestamp';
const RESULT = sourceTable(ORDERS.columns, { primaryKey: [] });
const CUSTOM: CustomSqlSettings = { ...SETTINGS, query: QUERY, timestampColumn: 'updated_at', idColumn: 'id', idLookback: 100, isWhole: false };
const made = (settings: Partial<CustomSqlSettings> = {}, result = RESULT) => createStrategy(result, { strategy: 'custom_sql', ...CUSTOM, ...settings });
const incremental = (settings: Partial<CustomSqlSettings> = {}) => {
  const strategy = made(settings);
  if (strategy.kind !== 'incremental') throw new Error('it reads increments');
  return strategy;
};
const bound = { column: 'updated_at', value: '2026-01-31 12:00:00.000000' };

describe('a query is one SELECT that only reads', () => {
  test.each([
    ['a join with aliases', QUERY],
    ['grouping and a window', 'select id, updated_at, row_number() over (partition by state order by id) as n from orders where id > :last_id and id <= :until_id group by id having n > 1'],
    ['a common table expression', 'with recent as (select id, updated_at from orders where updated_at >= :last_timestamp) select id, updated_at from recent where updated_at < :until_timestamp'],
    ['a union', "select id, updated_at from a where id > :last_id and id < :until_id union all select id, updated_at from b where id > :last_id and id < :until_id"],
    ['quoted text that looks like anything', "select id, ':last_id; -- drop' as text from `a;b` where id > :last_id and id < :until_id"],
    ['a LIMIT of other rows than those of the range', `${QUERY} AND o.shop = (SELECT id FROM shops ORDER BY id LIMIT 1)`],
    ['LIMIT :limit', `${QUERY} ORDER BY o.updated_at LIMIT :limit`],
  ])('%s is taken', (_name, query) => {
    expect(checkCustomQuery(query, 'sales.orders', true).text).toBe(query);
  });

  test.each([
    ['DELETE FROM orders WHERE id > :last_id AND id < :until_id', 'is not one SELECT'],
    ['CALL x(:last_id, :until_id)', 'is not one SELECT'],
    [`${QUERY}; DELETE FROM orders`, 'holds a semicolon'],
    [`${QUERY} -- and more`, 'holds a comment'],
    [`${QUERY} /*! FOR UPDATE */`, 'holds a comment'],
    [`${QUERY} # more`, 'holds a comment'],
    [`${QUERY} FOR UPDATE`, 'locks its rows'],
    ["SELECT id INTO OUTFILE '/tmp/x' FROM orders WHERE id > :last_id AND id < :until_id", 'writes its rows somewhere'],
    ['SELECT id INTO @x FROM orders WHERE id > :last_id AND id < :until_id', 'writes its rows somewhere'],
    ['SELECT @x := id FROM orders WHERE id > :last_id AND id < :until_id', 'uses a variable'],
    ['SELECT SLEEP(10), id FROM orders WHERE id > :last_id AND id < :until_id', 'calls sleep()'],
    ["SELECT id FROM orders WHERE id > :last_id AND id < :until_id AND (SELECT GET_LOCK('a', 1)) = 1", 'calls get_lock()'],
    [`${QUERY} LIMIT 10`, 'has a LIMIT'],
    [`${QUERY} LIMIT :limit OFFSET 5`, 'has a LIMIT'],
    [`(${QUERY}) LIMIT 10`, 'has a LIMIT'],
    [`((${QUERY})) ORDER BY id LIMIT 10`, 'has a LIMIT'],
    [`(${QUERY} LIMIT 3) UNION ALL (${QUERY})`, 'has a LIMIT'],
    [`(${QUERY}) UNION ALL (${QUERY}) LIMIT 10`, 'has a LIMIT'],
    [`SELECT * FROM (${QUERY} LIMIT 10) x`, 'has a LIMIT'],
    [`SELECT * FROM shops s JOIN (SELECT * FROM (${QUERY}) y LIMIT 10) x ON x.id = s.id`, 'has a LIMIT'],
    [`WITH x AS (${QUERY} LIMIT 10) SELECT * FROM x`, 'has a LIMIT'],
    ['SELECT id FROM orders WHERE id > :last_id', 'has to use'],
    ['SELECT id FROM orders WHERE id > :from_id AND id < :until_id', 'has the parameter :from_id'],
    ["SELECT id FROM orders WHERE a = '\\\\' AND id > :last_id AND id < :until_id", 'holds a backslash'],
    ["SELECT id FROM orders WHERE a = 'x AND id > :last_id AND id < :until_id", 'holds a quote'],
    ['SELEKT id FROM orders', 'cannot be parsed'],
  ])('%s is refused', (query, found) => {
    expect(() => checkCustomQuery(query, 'sales.orders', true)).toThrowError(expect.objectContaining({ code: 'CDC_QUERY', exit: 10, message: expect.stringContaining(`sales.orders: custom_query ${found}`) as string }));
  });

  test('no text that is bound can leave its place', () => {
    const query = checkCustomQuery("select id, ':last_id' as t from orders where id > :last_id and a < :until_timestamp", 'sales.orders', true);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()), (text) => {
        const value = SqlLiteral.encode('string', text);
        const bound = bindQuery(query, { last_timestamp: value, last_id: value, until_timestamp: value, until_id: value, limit: value });
        expect(bound).toBe(`select id, ':last_id' as t from orders where id > ${value.sql} and a < ${value.sql}`);
      }),
    );
  });
});

describe('range, order and limit stand around the query', () => {
  const AROUND = "select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from (SELECT o.id, o.updated_at, o.state FROM sales.orders o WHERE o.updated_at > ";

  test('a timestamp and an id: one query to the bound, whose parameters begin before the position', () => {
    const reading = incremental().increment(STAGED, bound);
    expect([reading.isPaged, reading.splitsAnywhere]).toEqual([false, true]);
    expect(reading.query({ kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 11:00:00.000000', '7'] }, null).sql).toBe(
      `${AROUND}'2026-01-31 10:59:59.999000' AND o.updated_at < '2026-01-31 12:00:00.000000') as \`orders\` where (\`orders\`.\`updated_at\` > '2026-01-31 11:00:00.000000' or (\`orders\`.\`updated_at\` = '2026-01-31 11:00:00.000000' and \`orders\`.\`id\` > 7)) and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000' order by \`orders\`.\`updated_at\`, \`orders\`.\`id\``,
    );
    expect(reading.query(null, 5).sql).toContain("WHERE o.updated_at > '1000-01-01 00:00:00' AND");
  });

  test('the lookback moves the parameters with its window', () => {
    const window = incremental().lookback(STAGED, { kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 11:00:00.000000', '7'] }, bound)!;
    expect(window.query(null, null).sql).toContain(`${AROUND}'2026-01-31 10:44:59.999000' AND o.updated_at < '2026-01-31 11:00:00.000001')`);
  });

  test('an id alone', () => {
    const query = 'SELECT id, updated_at, state FROM orders WHERE id > :last_id AND id < :until_id LIMIT :limit';
    const reading = incremental({ query, timestampColumn: null }).increment(STAGED, { column: 'id', value: '90' });
    expect(reading.query({ kind: 'keyset', columns: ['id'], values: ['7'] }, null).sql).toBe(
      'select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from (SELECT id, updated_at, state FROM orders WHERE id > 6 AND id < 91 LIMIT 18446744073709551615) as `orders` where `orders`.`id` > 7 and `orders`.`id` <= 90 order by `orders`.`id`',
    );
  });

  test('a timestamp alone is read in whole ticks', () => {
    expect(incremental({ idColumn: null })).toMatchObject({ name: 'custom_sql', order: [{ name: 'updated_at' }] });
    expect(incremental({ idColumn: null }).increment(STAGED, bound).splitsAnywhere).toBe(false);
  });

  test('whole, for replace, it needs no parameters', () => {
    const strategy = made({ isWhole: true, query: 'SELECT id, updated_at, state FROM orders', timestampColumn: null, idColumn: null });
    if (strategy.kind !== 'snapshot') throw new Error('it is read whole');
    expect(strategy.snapshot(STAGED).query(null, null).sql).toBe('select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from (SELECT id, updated_at, state FROM orders) as `orders`');
  });

  test('to look at its result every row is admitted', () => {
    expect(describableQuery(CUSTOM, 'sales.orders')).toBe("SELECT o.id, o.updated_at, o.state FROM sales.orders o WHERE o.updated_at > '1000-01-01 00:00:00' AND o.updated_at < '9999-12-31 23:59:59.999999'");
  });
});

test.each([
  ['no query', { query: null }, 'CDC_QUERY'],
  ['no cursor columns', { timestampColumn: null, idColumn: null, query: 'SELECT 1 AS a FROM t WHERE :last_id < :until_id' }, 'CDC_QUERY'],
  ['a cursor column that it does not give', { idColumn: 'order_id' }, 'CDC_CURSOR_MISSING'],
  ['an id parameter for a text', { idColumn: 'state', query: `${QUERY} AND o.state > :last_id` }, 'CDC_QUERY'],
])('%s is a configuration error', (_name, settings, code) => {
  expect(() => made(settings)).toThrowError(expect.objectContaining({ code, exit: 10 }));
});

test('times since 1970 are numbers in the parameters too', () => {
  const result = sourceTable([sourceColumn('id', 'bigint'), sourceColumn('changed', 'bigint')], { primaryKey: [] });
  const strategy = made({ timestampColumn: 'changed', timestampFormat: 'unix', query: 'SELECT id, changed FROM t WHERE changed > :last_timestamp AND changed < :until_timestamp' }, result);
  if (strategy.kind !== 'incremental') throw new Error('it reads increments');
  expect(strategy.increment([], { column: 'changed', value: '1700000000' }).query(strategy.positionFromInput({ timestamp: '1600000000', id: '4' }), null).sql).toContain('WHERE changed > 1599999999 AND changed < 1700000000)');
});
