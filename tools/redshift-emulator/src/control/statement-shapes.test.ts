import { expect, test } from 'vitest';
import { shapeOf, statementShapes } from './statement-shapes.ts';

test('names, values and the length of lists do not count', () => {
  const shapes = [
    ['SELECT "a", "b" FROM "s"."t" WHERE "a" = $1 AND "b" = $2', 'SELECT "x" FROM "s"."u" WHERE "x" = $1'],
    ['INSERT INTO "s"."t" ("a", "b") SELECT "a", "b" FROM "stage"', 'INSERT INTO "s"."u" ("c") SELECT "c" FROM "other"'],
    [`INSERT INTO "l" ("a") VALUES ('x', 1), ('y', 2)`, `INSERT INTO "m" ("b") VALUES ('z', 7)`],
    ['DELETE FROM "s"."t" USING "g" WHERE "t"."id" = "g"."id" AND "t"."k" = "g"."k"', 'DELETE FROM "s"."t" USING "g" WHERE "t"."id" = "g"."id"'],
    ['CREATE TEMP TABLE "a" ("x" BIGINT, "y" BIGINT, "z" VARCHAR(10))', 'CREATE TEMP TABLE "b" ("x" BIGINT, "z" VARCHAR(99), "y" BIGINT)'],
  ] as const;
  for (const [one, other] of shapes) expect(shapeOf(one)).toBe(shapeOf(other));
  expect(shapeOf(shapes[0][0])).toBe('SELECT "…" FROM "…"."…" WHERE "…" = $n');
  expect(shapeOf(shapes[4][0])).toBe('CREATE TEMP TABLE "…" ("…" BIGINT, "…" VARCHAR (0))');
});

test('names beside a point are names without quotes, too', () => {
  expect(shapeOf('SELECT * FROM sales.orders')).toBe(shapeOf('select * from stock.items'));
  expect(shapeOf('SELECT * FROM sales.orders')).toBe('SELECT * FROM name.name');
});

test('what a statement does counts', () => {
  const texts = [
    'SELECT "a" FROM "t"', 'SELECT max("a") FROM "t"', 'SELECT "a" FROM "t" ORDER BY "a"', 'SELECT "a" FROM "t" JOIN "u" ON "t"."a" = "u"."a"', 'SELECT "a" FROM "t" WHERE "a" > 1',
    `COPY "t" ("a") FROM 's3://b/k' IAM_ROLE 'r' FORMAT AS PARQUET MANIFEST`, `COPY "t" ("a") FROM 's3://b/k' IAM_ROLE 'r' FORMAT AS PARQUET MANIFEST SERIALIZETOJSON`,
    'BEGIN', 'COMMIT', 'LOCK "s"."l"', 'ALTER TABLE "t" ADD COLUMN "c" BIGINT', 'ALTER TABLE "t" DROP COLUMN "c"',
  ];
  expect(new Set(texts.map(shapeOf)).size).toBe(texts.length);
});

test('shapes are counted, with those that failed', () => {
  const at = { queryId: 1, sessionId: 1, pid: 1, user: 'u', startedAt: new Date() };
  expect(statementShapes([
    { ...at, kind: 'begin', sql: 'BEGIN' }, { ...at, kind: 'select', sql: 'SELECT 1' }, { ...at, kind: 'select', sql: 'select  2', error: '57014 cancelled' },
  ])).toEqual([{ shape: 'BEGIN', kind: 'begin', count: 1, failed: 0 }, { shape: 'SELECT 0', kind: 'select', count: 2, failed: 1 }]);
});
