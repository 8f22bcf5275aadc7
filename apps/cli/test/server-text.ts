import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MysqlSession } from '@tidemark/local-stack';

const [TAB, LINE_END, BACKSLASH, LETTER_N, DIGIT_0] = [9, 10, 92, 78, 48];

/** What a value of a file stands in: characters in UTF-8, or bytes that become latin1, one character per byte. */
export type ServerEncoding = 'utf8' | 'latin1';

/**
 * Rows as the server writes them into a file, every value as its own text. No driver and no decoder of ours is on the way.
 * https://mariadb.com/kb/en/select-into-outfile/
 *
 * @param from what follows the select list, from FROM on
 * @param encoding `utf8` lets the server convert every value to utf8mb4; `latin1` takes the stored bytes as they are
 */
export async function serverTexts(source: MysqlSession, expressions: readonly string[], from: string, encoding: ServerEncoding): Promise<(string | null)[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-outfile-'));
  try {
    const file = join(folder, 'rows.txt');
    const conversion = encoding === 'utf8' ? 'CHARACTER SET utf8mb4' : '';
    await source.run(`SELECT ${expressions.join(', ')} INTO OUTFILE '${file}' ${conversion} FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ${from}`);
    return parseRows(await readFile(file), encoding);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `\N` is NULL, `\0` is NUL, and a backslash makes any other byte literal. */
function parseRows(file: Buffer, encoding: ServerEncoding): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let value: number[] = [];
  let isNull = false;
  for (let at = 0; at < file.length; at++) {
    const byte = file[at]!;
    if (byte === TAB || byte === LINE_END) {
      row.push(isNull ? null : Buffer.from(value).toString(encoding));
      value = [];
      isNull = false;
      if (byte === LINE_END) rows.push(row);
      if (byte === LINE_END) row = [];
    } else if (byte === BACKSLASH) {
      at += 1;
      const next = file[at]!;
      if (next === LETTER_N) isNull = true;
      else value.push(next === DIGIT_0 ? 0 : next);
    } else {
      value.push(byte);
    }
  }
  return rows;
}
