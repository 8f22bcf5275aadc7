import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MysqlSession } from '@tidemark/local-stack';

/** Sixteen bytes, as many as four characters of utf8mb4 have. */
const MARKS = ['😀😁😂😃', '😄😅😆😇'] as const;

/** What stands in place of each mark, in hex. */
const BROKEN_BYTES = ['FF'.repeat(16), '41C2C3A942E28241EDA080F09F984380'] as const;

/**
 * Makes a table whose `words` are not UTF-8 in rows 1 and 2. No server lets such bytes in today, so they are put into
 * the data file, as old versions and restored files have left them; MyISAM does not look at them.
 */
export async function createBrokenText(source: MysqlSession, table: string): Promise<void> {
  await source.run(`CREATE TABLE ${table} (id BIGINT NOT NULL PRIMARY KEY, words VARCHAR(20) NULL, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) ENGINE=MyISAM CHARACTER SET utf8mb4`);
  const words = [...MARKS, 'fine', null];
  for (const [index, text] of words.entries()) await source.run(`INSERT INTO ${table} VALUES (?, ?, '2024-01-01 00:00:00')`, [index + 1, text]);
  await source.run(`FLUSH TABLES ${table}`);
  const [row] = await source.rows('SELECT @@datadir AS folder, DATABASE() AS name');
  const file = join(row!['folder']!, row!['name']!, `${table}.MYD`);
  const data = await readFile(file);
  for (const [index, mark] of MARKS.entries()) {
    const at = data.indexOf(mark, 0, 'utf8');
    if (at < 0) throw new Error(`${file} does not hold ${mark}`);
    data.write(BROKEN_BYTES[index]!, at, 'hex');
  }
  await writeFile(file, data);
  await source.run(`FLUSH TABLES ${table}`);
}
