import type { BenchTable } from './bench-table.ts';
import { drawBelow, drawOne, drawWords, sometimesNull } from './random-sql.ts';

/** A fact table of 6 columns; about 97 bytes per row on the wire. */
export const NARROW: BenchTable = {
  name: 'narrow',
  rowBytes: 135,
  columns: [
    { name: 'id', type: 'BIGINT NOT NULL PRIMARY KEY', value: 'seq', plain: 'INT64' },
    { name: 'updated_at', type: 'DATETIME(6) NOT NULL', value: `'2024-01-01' + INTERVAL seq SECOND + INTERVAL ${drawBelow(1_000_000, 'micros')} MICROSECOND`, plain: 'TIMESTAMP_MICROS' },
    { name: 'amount', type: 'DECIMAL(12,2) NULL', value: sometimesNull(5, 'amount', `${drawBelow(20_000_000, 'amount')} / 100 - 1000`), plain: { precision: 12, scale: 2 } },
    { name: 'email', type: 'VARCHAR(64) NOT NULL', value: `CONCAT(${drawOne(['anna', 'björn', 'chloé', 'dmitri', 'esra'], 'name')}, '.', ${drawBelow(1_000_000_000, 'email')}, '@', ${drawOne(['post', 'mail', 'box'], 'host')}, '.example.com')`, plain: 'UTF8' },
    { name: 'category', type: 'VARCHAR(40) NOT NULL', value: drawWords(2, 'category'), plain: 'UTF8' },
    { name: 'state', type: 'TINYINT NOT NULL', value: drawBelow(5, 'state'), plain: 'INT32' },
  ],
};
