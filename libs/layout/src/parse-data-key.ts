import type { TableTask } from '@tidemark/domain';
import type { PartitionStrategy } from './data-keys.ts';
import { fileForm } from './file-form.ts';
import { shortTableId } from './table-id.ts';

/** What the key of a Parquet part says. */
export interface ParsedDataKey {
  readonly form: string;
  readonly shortTableId: string;
  readonly batchId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly generation: number;
  /** From 0. */
  readonly part: number;
  readonly partition: PartitionStrategy;
}

const NAME = /^([a-z0-9_-]+)_((0|[1-9]\d{0,15})-(\d{12})-([0-9a-f]{8}))-g(0|[1-9]\d{0,15})-(\d{5})\.parquet$/;
const DATE = 'year=\\d{4}/month=\\d\\d/day=\\d\\d/';
const FOLDERS: readonly (readonly [PartitionStrategy, RegExp])[] = [
  ['table', /^([a-z0-9_-]+)\/$/],
  ['datetime', new RegExp(`^${DATE}hour=\\d\\d/([a-z0-9_-]+)/$`)],
  ['hybrid', new RegExp(`^([a-z0-9_-]+)/${DATE}$`)],
];

/**
 * Reads the key of a part back; null for a key that `dataKeys` cannot have made, which is a foreign object.
 * @param root `dataRoot` of the configuration that the key was made with
 */
export function parseDataKey(key: string, root: string): ParsedDataKey | null {
  if (!key.startsWith(root)) return null;
  const rest = key.slice(root.length);
  const cut = rest.lastIndexOf('/') + 1;
  const name = NAME.exec(rest.slice(cut));
  if (name === null) return null;
  const form = name[1]!;
  const partition = FOLDERS.find(([, pattern]) => pattern.exec(rest.slice(0, cut))?.[1] === form)?.[0];
  if (partition === undefined) return null;
  return { form, batchId: name[2]!, epoch: Number(name[3]), seq: Number(name[4]), shortTableId: name[5]!, generation: Number(name[6]), part: Number(name[7]), partition };
}

/** True when a part's key was made for this task: its form and its table id, never a prefix of a name. */
export function isPartOf(parsed: ParsedDataKey, task: TableTask): boolean {
  return parsed.form === fileForm(task.table) && parsed.shortTableId === shortTableId(task);
}
