import { fractionText, sameText } from '../comparison/compared-table.ts';
import { pick, random } from './random.ts';
import { type SampleTable, sampleColumn } from './sample-table.ts';

const plain = (name: string, ddl: string, value: string) => sampleColumn(sameText(name), ddl, value);

/** A time in 2022 or 2023, to the microsecond. */
const pastTime = (name: string): string => `'2022-01-01 00:00:00' + INTERVAL ${random(`${name} second`, 63_000_000)} SECOND + INTERVAL ${random(`${name} microsecond`, 1_000_000)} MICROSECOND`;

const changedToMicrosecond = sampleColumn(fractionText('updated_at', 6), 'DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)', pastTime('updated_at'));

export const CUSTOMERS: SampleTable = {
  name: 'customers',
  columns: [
    plain('id', 'BIGINT UNSIGNED NOT NULL AUTO_INCREMENT', 'seq'),
    plain('name', 'VARCHAR(80) NOT NULL', `CONCAT(${pick('first name', [`'Ada'`, `'Bèla'`, `'智子'`, `'Ólafur'`, `'Zoë'`, `'اسماء'`])}, ' Example ', seq)`),
    plain('email', 'VARCHAR(120) NULL', `IF(${random('email', 20)} = 0, NULL, CONCAT('customer', seq, '@example.com'))`),
    plain('country', 'CHAR(2) NOT NULL', pick('country', [`'DE'`, `'FR'`, `'JP'`, `'IS'`, `'EG'`])),
    plain('credit_limit', 'DECIMAL(10,2) NULL', `IF(${random('no credit', 10)} = 0, NULL, ${random('credit', 1_000_000)} / 100)`),
    plain('birthday', 'DATE NULL', `IF(${random('no birthday', 8)} = 0, NULL, '1930-01-01' + INTERVAL ${random('birthday', 28_000)} DAY)`),
    plain('created_at', 'DATETIME NOT NULL', `'2020-01-01 00:00:00' + INTERVAL ${random('created', 130_000_000)} SECOND`),
    changedToMicrosecond,
  ],
};

/** Changes are dated to the second here, so that many fall into the same one. */
export const ORDERS: SampleTable = {
  name: 'orders',
  columns: [
    plain('id', 'BIGINT UNSIGNED NOT NULL AUTO_INCREMENT', 'seq'),
    plain('customer_id', 'BIGINT UNSIGNED NOT NULL', `1 + ${random('customer', 20_000)}`),
    plain('state', `ENUM('new','paid','shipped','returned') NOT NULL`, `1 + ${random('state', 4)}`),
    plain('amount', 'DECIMAL(12,2) NOT NULL', `${random('amount', 4_000_000_000)} / 100`),
    plain('is_gift', 'TINYINT(1) NULL', pick('gift', ['0', '0', '0', '1', 'NULL'])),
    plain('note', 'VARCHAR(120) NULL', pick('note', ['NULL', 'NULL', 'NULL', `''`, `CONCAT('Leave it at no. ', seq, '  ')`, `'null'`, `'🎁 for 智子'`, `'"quoted", it''s \\\\ here'`])),
    sampleColumn(fractionText('placed_at', 3), 'DATETIME(3) NOT NULL', `'2021-01-01 00:00:00' + INTERVAL ${random('placed', 30_000_000)} SECOND + INTERVAL ${random('placed ms', 1000)} * 1000 MICROSECOND`),
    plain('updated_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP', `'2022-01-01 00:00:00' + INTERVAL ${random('change', 63_000_000)} SECOND`),
  ],
};

export const ORDER_ITEMS: SampleTable = {
  name: 'order_items',
  columns: [
    plain('id', 'BIGINT NOT NULL AUTO_INCREMENT', 'seq'),
    plain('order_id', 'BIGINT UNSIGNED NOT NULL', '(seq + 1) DIV 2'),
    plain('sku', 'VARCHAR(20) CHARACTER SET ascii NOT NULL', `CONCAT('SKU-', ${random('sku', 5000)})`),
    plain('quantity', 'SMALLINT UNSIGNED NOT NULL', `1 + ${random('quantity', 65_535)}`),
    plain('unit_price', 'DECIMAL(10,4) NOT NULL', `${random('price', 90_000_000)} / 10000`),
    plain('discount', 'DOUBLE NULL', `IF(${random('discount', 3)} = 0, ${random('percent', 1000)} / 1000E0, NULL)`),
    changedToMicrosecond,
  ],
};
