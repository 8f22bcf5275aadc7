import { createHash } from 'node:crypto';
import type { TableTask } from '@tidemark/domain';

/** The identity of a (pipeline, target, table): 16 hex digits. Case and every character of the three names count. */
export function tableId(task: TableTask): string {
  return createHash('sha256').update(JSON.stringify([task.pipeline, task.target, task.table])).digest('hex').slice(0, 16);
}

/** The part of a table id that names objects: its first 8 hex digits. */
export function shortTableId(task: TableTask): string {
  return tableId(task).slice(0, 8);
}
