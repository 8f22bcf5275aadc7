import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** What a server sent for one query, packet headers and all. */
export interface RecordedAnswer {
  readonly sql: string;
  /** base64 */
  readonly bytes: string;
}

/** One table as a real server described and sent it. */
export interface RecordedTable {
  readonly name: string;
  /** Every query of describing and reading it, in order, the session's included. */
  readonly answers: readonly RecordedAnswer[];
  /** The server's own text of each plain column, in read order; of bytes one character per byte. */
  readonly texts: readonly Readonly<Record<string, string | null>>[];
}

/** What a real server sent, for tests without one. */
export interface Recording {
  /** VERSION() */
  readonly version: string;
  readonly database: string;
  readonly tables: readonly RecordedTable[];
}

const MYSQL_9 = new URL('../testdata/mysql-9.json.gz', import.meta.url);

/** The recording of MySQL 9. scripts/record-mysql.ts makes it. */
export function readRecording(): Recording {
  return JSON.parse(gunzipSync(readFileSync(MYSQL_9)).toString('utf8')) as Recording;
}

export function writeRecording(recording: Recording): void {
  writeFileSync(MYSQL_9, gzipSync(JSON.stringify(recording), { level: 9 }));
}
