import type { BenchColumn, BenchTable } from './bench-table.ts';
import { draw, drawBelow, drawOne, drawWords, sometimesNull } from './random-sql.ts';

const day = (salt: string): string => `'2015-01-01' + INTERVAL ${drawBelow(4000, salt)} DAY`;
const moment = (salt: string): string => `'2020-01-01' + INTERVAL ${drawBelow(100_000_000, salt)} SECOND`;
const CITIES = ['Zürich', 'Köln', 'Łódź', 'São Paulo', 'Malmö', '東京', 'Αθήνα', 'Paris'];

const NUMBERS: readonly BenchColumn[] = [
  { name: 'account_id', type: 'BIGINT UNSIGNED NOT NULL', value: `${draw('account')} * 1000`, plain: 'INT64' },
  { name: 'customer_id', type: 'INT NOT NULL', value: drawBelow(2_000_000, 'customer'), plain: 'INT32' },
  { name: 'region_id', type: 'INT UNSIGNED NOT NULL', value: drawBelow(500, 'region'), plain: 'INT64' },
  { name: 'shop_id', type: 'MEDIUMINT NOT NULL', value: drawBelow(30_000, 'shop'), plain: 'INT32' },
  { name: 'lane', type: 'SMALLINT UNSIGNED NOT NULL', value: drawBelow(60_000, 'lane'), plain: 'INT32' },
  { name: 'priority', type: 'TINYINT NOT NULL', value: `${drawBelow(200, 'priority')} - 100`, plain: 'INT32' },
  { name: 'is_paid', type: 'TINYINT(1) NOT NULL', value: drawBelow(2, 'paid'), plain: 'INT32' },
  { name: 'quantity', type: 'INT NULL', value: sometimesNull(20, 'quantity', drawBelow(1000, 'quantity')), plain: 'INT32' },
  { name: 'price', type: 'DECIMAL(10,2) NOT NULL', value: `${drawBelow(10_000_000, 'price')} / 100`, plain: { precision: 10, scale: 2 } },
  { name: 'cost', type: 'DECIMAL(12,4) NULL', value: sometimesNull(10, 'cost', `${draw('cost')} / 10000`), plain: { precision: 12, scale: 4 } },
  { name: 'tax', type: 'DECIMAL(18,6) NOT NULL', value: `${draw('tax')} / 1000000 - 2000`, plain: 'DOUBLE' },
  { name: 'balance', type: 'DECIMAL(20,4) NOT NULL', value: `(CAST(${draw('balance')} AS DECIMAL(20)) * 100000 - 200000000000000) / 10000`, plain: 'DOUBLE' },
  { name: 'exact', type: 'DECIMAL(30,10) NULL', value: sometimesNull(50, 'exact', `CAST(${draw('exact')} AS DECIMAL(20)) * 1000000000 / 7`), plain: 'DOUBLE' },
  { name: 'weight', type: 'DOUBLE NOT NULL', value: `${draw('weight')} / 977`, plain: 'DOUBLE' },
  { name: 'ratio', type: 'FLOAT NOT NULL', value: `${drawBelow(10_000, 'ratio')} / 8`, plain: 'FLOAT' },
  { name: 'score', type: 'DOUBLE NULL', value: sometimesNull(60, 'score', `${drawBelow(100_000, 'score')} / 100`), plain: 'DOUBLE' },
];

const TIMES: readonly BenchColumn[] = [
  { name: 'created_at', type: 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP', value: moment('created'), plain: 'TIMESTAMP_MICROS' },
  { name: 'due_on', type: 'DATE NOT NULL', value: day('due'), plain: 'DATE' },
  { name: 'shipped_on', type: 'DATE NULL', value: sometimesNull(30, 'shipped on', day('shipped on')), plain: 'DATE' },
  { name: 'shipped_at', type: 'DATETIME NULL', value: sometimesNull(30, 'shipped at', moment('shipped at')), plain: 'TIMESTAMP_MICROS' },
  { name: 'picked_at', type: 'DATETIME(3) NOT NULL', value: `${moment('picked')} + INTERVAL ${drawBelow(1000, 'millis')} * 1000 MICROSECOND`, plain: 'TIMESTAMP_MICROS' },
  { name: 'lasted', type: 'TIME NOT NULL', value: `SEC_TO_TIME(${drawBelow(500_000, 'lasted')})`, plain: 'UTF8' },
  { name: 'model_year', type: 'YEAR NOT NULL', value: `1990 + ${drawBelow(40, 'year')}`, plain: 'INT32' },
];

const TEXTS: readonly BenchColumn[] = [
  { name: 'sku', type: 'VARCHAR(32) NOT NULL', value: `CONCAT('SKU-', ${drawBelow(50_000, 'sku')}, '-', ${drawBelow(9, 'size')})`, plain: 'UTF8' },
  { name: 'name', type: 'VARCHAR(120) NOT NULL', value: drawWords(4, 'name'), plain: 'UTF8' },
  { name: 'email', type: 'VARCHAR(160) NOT NULL', value: `CONCAT('user', ${draw('email')}, '@mail.example.com')`, plain: 'UTF8' },
  { name: 'city', type: 'VARCHAR(80) NOT NULL', value: drawOne(CITIES, 'city'), plain: 'UTF8' },
  { name: 'country', type: 'CHAR(2) NOT NULL', value: drawOne(['CH', 'DE', 'PL', 'BR', 'SE', 'JP', 'GR', 'FR'], 'country'), plain: 'UTF8' },
  { name: 'status', type: "ENUM('new','paid','sent','done') NOT NULL", value: drawOne(['new', 'paid', 'sent', 'done'], 'status'), plain: 'UTF8' },
  { name: 'flags', type: "SET('gift','fragile','express','return') NOT NULL", value: drawOne(['', 'gift', 'gift,fragile', 'express', 'fragile,return'], 'flags'), plain: 'UTF8' },
  { name: 'note', type: 'VARCHAR(255) NULL', value: sometimesNull(40, 'note', drawWords(8, 'note')), plain: 'UTF8' },
  { name: 'description', type: 'TEXT NOT NULL', value: `CONCAT(${drawWords(12, 'description')}, ' ', ${draw('description')})`, plain: 'UTF8' },
  { name: 'attributes', type: 'LONGTEXT NOT NULL', value: `CONCAT('{"colour":"', ${drawOne(['red', 'green', 'blue'], 'colour')}, '","size":', ${drawBelow(60, 'size')}, ',"tag":"', ${draw('tag')}, '"}')`, plain: 'UTF8' },
  { name: 'uuid', type: 'CHAR(36) NOT NULL', value: `INSERT(INSERT(INSERT(INSERT(MD5(${draw('uuid')}), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')`, plain: 'UTF8' },
  { name: 'path', type: 'VARCHAR(200) NOT NULL', value: `CONCAT('/', REPLACE(${drawWords(5, 'path')}, ' ', '/'), '/', ${draw('path')})`, plain: 'UTF8' },
  { name: 'remark', type: 'VARCHAR(100) NOT NULL', value: `CONCAT(${drawOne(['naïve', 'größer', 'señor', '✓', '🚚'], 'remark')}, ' ', ${drawWords(3, 'remark')})`, plain: 'UTF8' },
];

const BYTES: readonly BenchColumn[] = [
  { name: 'fingerprint', type: 'BINARY(16) NOT NULL', value: `UNHEX(MD5(${draw('fingerprint')}))`, plain: 'BYTE_ARRAY' },
  { name: 'payload', type: 'VARBINARY(64) NULL', value: sometimesNull(50, 'payload', `UNHEX(SHA1(${draw('payload')}))`), plain: 'BYTE_ARRAY' },
  { name: 'bits', type: 'BIT(8) NOT NULL', value: drawBelow(256, 'bits'), plain: 'BYTE_ARRAY' },
];

/** A table of 41 columns of many types; about 700 bytes per row on the wire. */
export const WIDE: BenchTable = {
  name: 'wide',
  rowBytes: 900,
  columns: [
    { name: 'id', type: 'BIGINT NOT NULL PRIMARY KEY', value: 'seq', plain: 'INT64' },
    { name: 'updated_at', type: 'DATETIME(6) NOT NULL', value: `'2024-01-01' + INTERVAL seq SECOND + INTERVAL ${drawBelow(1_000_000, 'micros')} MICROSECOND`, plain: 'TIMESTAMP_MICROS' },
    ...NUMBERS,
    ...TIMES,
    ...TEXTS,
    ...BYTES,
  ],
};
