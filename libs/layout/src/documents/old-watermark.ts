import { parseTableName, type TableTask } from '@tidemark/domain';
import { fileForm } from '../file-form.ts';
import { corruptDocument, parseJson } from './read-document.ts';

/** What the state file of the replaced tool says about a table, in either of its layouts. */
export interface OldWatermark {
  readonly layout: 'v1' | 'v2';
  /** As it stands there: naive, with an offset, or a UNIX time in seconds. */
  readonly timestamp: string | null;
  readonly id: string | null;
  readonly rowsExtracted: number;
  readonly rowsLoaded: number;
  /** Files that it says await their load, as it names them; null where it keeps no such list. */
  readonly waitingFiles: readonly string[] | null;
  readonly loadedFiles: readonly string[];
}

const KIND = { title: 'watermark of the replaced tool' };

/**
 * Where the replaced tool may have left the state of a task's table, likeliest first.
 * @param watermarkPath ends with `/` or is empty
 */
export function oldWatermarkKeys(task: TableTask, watermarkPath: string): readonly string[] {
  const name = parseTableName(task.table);
  if (name === undefined) return [];
  const folded = (text: string): string => text.toLowerCase().replaceAll(/[:.]/g, '_');
  const [source, table] = [folded(name.connection), folded(`${name.schema}.${name.table}`)];
  const form = fileForm(task.table);
  const second = [folded(task.table), table].map((part) => `${source}_${part}_${folded(task.target)}.json`);
  return [...new Set([...second.map((file) => `watermarks/v2/${file}`), `watermark/tables/${form}.json`, `${watermarkPath}tables/${form}.json`])];
}

/**
 * Reads a state file of the replaced tool; null when it is another table's.
 * @throws LayoutError `WATERMARK_CORRUPT`
 */
export function decodeOldWatermark(bytes: Uint8Array, key: string, task: TableTask): OldWatermark | null {
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corruptDocument(KIND, 'WATERMARK_CORRUPT', key, 'it is not a JSON object');
  const fields = value as Readonly<Record<string, unknown>>;
  return fields['mysql_state'] === undefined ? readV1(fields, key) : readV2(fields, key, task);
}

function readV1(fields: Readonly<Record<string, unknown>>, key: string): OldWatermark {
  return {
    layout: 'v1',
    timestamp: textOf(fields, 'last_mysql_data_timestamp', key),
    id: textOf(fields, 'last_processed_id', key),
    rowsExtracted: countOf(fields, 'mysql_rows_extracted', key),
    rowsLoaded: countOf(fields, 'redshift_rows_loaded', key),
    waitingFiles: textsOf(fields, 'backup_s3_files', key),
    loadedFiles: textsOf(fields, 'processed_s3_files', key) ?? [],
  };
}

function readV2(fields: Readonly<Record<string, unknown>>, key: string, task: TableTask): OldWatermark | null {
  const name = textOf(fields, 'table_name', key);
  if (name !== null && name.toLowerCase() !== task.table.toLowerCase() && name.toLowerCase() !== task.table.slice(task.table.indexOf(':') + 1).toLowerCase()) return null;
  const [mysql, redshift] = [stageOf(fields, 'mysql_state', key), stageOf(fields, 'redshift_state', key)];
  return {
    layout: 'v2',
    timestamp: textOf(mysql, 'last_timestamp', key),
    id: textOf(mysql, 'last_id', key),
    rowsExtracted: countOf(mysql, 'total_rows', key),
    rowsLoaded: countOf(redshift, 'total_rows', key),
    waitingFiles: null,
    loadedFiles: [...(textsOf(fields, 'processed_files', key) ?? []), ...(textsOf(redshift, 'last_loaded_files', key) ?? [])],
  };
}

function stageOf(fields: Readonly<Record<string, unknown>>, name: string, key: string): Readonly<Record<string, unknown>> {
  const stage = fields[name] ?? {};
  if (typeof stage !== 'object' || Array.isArray(stage)) throw corruptDocument(KIND, 'WATERMARK_CORRUPT', key, `/${name} is not an object`);
  return stage as Readonly<Record<string, unknown>>;
}

/** A number of JSON is taken as it is written only where no digit can have been lost. */
function textOf(fields: Readonly<Record<string, unknown>>, name: string, key: string): string | null {
  const value = fields[name] ?? null;
  if (value === null || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw corruptDocument(KIND, 'WATERMARK_CORRUPT', key, `/${name} is neither a text nor a whole number that a double holds exactly`);
}

function countOf(fields: Readonly<Record<string, unknown>>, name: string, key: string): number {
  const value = fields[name] ?? 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw corruptDocument(KIND, 'WATERMARK_CORRUPT', key, `/${name} is no count`);
}

function textsOf(fields: Readonly<Record<string, unknown>>, name: string, key: string): readonly string[] | null {
  const value = fields[name] ?? null;
  if (value === null) return null;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw corruptDocument(KIND, 'WATERMARK_CORRUPT', key, `/${name} is not a list of texts`);
}

/**
 * True for a data file of the replaced tool that is this table's: `{form}_{YYYYMMDD_HHMMSS}_batch_{n}.parquet`, wherever it lies. The whole
 * name counts, never its beginning: `orders` is not `orders_history`.
 */
export function isOldDataFile(key: string, task: TableTask): boolean {
  const match = /(?:^|\/)([^/]+)_\d{8}_\d{6}_batch_\d+\.parquet$/.exec(key);
  return match !== null && match[1]!.toLowerCase() === fileForm(task.table);
}
