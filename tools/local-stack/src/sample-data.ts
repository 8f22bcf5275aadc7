import type { MariadbServer } from './mariadb.ts';
import { SOURCE_DATABASE } from './stack-names.ts';

/** Makes two small tables in the source, so that the pipeline of the written configuration has something to read. */
export async function createSampleTables(mariadb: MariadbServer): Promise<void> {
  await using session = await mariadb.connect({ database: SOURCE_DATABASE });
  for (const statement of STATEMENTS) await session.run(statement);
}

const CHANGED = 'updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY by_change (updated_at, id)';

const STATEMENTS = [
  `CREATE TABLE customers (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(120), ${CHANGED})`,
  `CREATE TABLE orders (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id BIGINT UNSIGNED NOT NULL, amount DECIMAL(12,2) NOT NULL, state VARCHAR(20), ${CHANGED})`,
  `INSERT INTO customers (name, email) VALUES ('Ada Example', 'ada@example.com'), ('Bèla Example', NULL), ('智子 😀', 'tomoko@example.com')`,
  `INSERT INTO orders (customer_id, amount, state) SELECT 1 + seq % 3, seq * 1.15, ELT(1 + seq % 3, 'new', 'paid', NULL) FROM seq_1_to_1000`,
];
