import type { Position } from '@tidemark/domain';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceColumn } from '../test/orders-table.ts';
import { TimestampOnlyStrategy } from './timestamp-only-strategy.ts';

const SETTINGS = { timestampColumn: 'updated_at', timestampFormat: 'datetime', lagMs: 0, lookbackMs: 0, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC' } as const;

let mysql: MysqlForTests;

beforeAll(async () => {
  mysql = await mysqlForTests();
  await mysql.run("SET SESSION time_zone = '+00:00', SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'");
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

test.each([0, 3, 6])('ticks of DATETIME(%i) are read once each, from the zero date through the first years on', async (digits) => {
  const times = ['0000-00-00 00:00:00', '0001-01-01 00:00:00', '0099-12-31 23:59:59', '1000-01-01 00:00:00', '1899-12-31 00:00:00', '1969-12-31 23:59:59', '2010-00-15 00:00:00', '2026-01-01 00:00:00'];
  await mysql.run('DROP TABLE IF EXISTS visits', `CREATE TABLE visits (updated_at DATETIME(${digits}) NOT NULL, place INT NOT NULL)`, ...times.map((time, place) => `INSERT INTO visits VALUES ('${time}', ${place}), ('${time}', ${place + 100})`));
  const table = {
    schema: mysql.database, table: 'visits', columns: [sourceColumn('updated_at', 'datetime', { datetimePrecision: digits })], primaryKey: [], indexes: [],
    estimatedRows: 0, serverId: 'one', serverVersion: '10.11',
  };
  const reading = new TimestampOnlyStrategy(table, SETTINGS).increment([], { column: 'updated_at', value: '2027-01-01 00:00:00' });
  const seen: string[] = [];
  for (let after: Position | null = null; ; ) {
    const cut = (await mysql.rows(reading.cut(after, 2)!.sql))[0]?.['k0'] ?? null;
    const rows = await mysql.rows(reading.query(after, 2, cut).sql);
    seen.push(...rows.map((row) => row['k0']!.slice(0, 19)));
    if (cut === null || rows.length === 0) break;
    after = reading.positionOf([rows.at(-1)!['k0']!]);
  }
  expect(seen).toEqual(times.flatMap((time) => [time, time]));
});
