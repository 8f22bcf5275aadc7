import type { TableTask } from '@tidemark/domain';
import { SyncError } from './errors.ts';

/** A position of one server says nothing about another. */
export function otherSource(task: TableTask, expected: string, found: string): SyncError {
  return new SyncError('STATE_OTHER_SOURCE', { message: `${task.table}: the watermark was written for the source server ${expected}; the connection leads to ${found}.`, details: { expected, found } });
}
