import type { TableTask } from '@tidemark/domain';
import type { SyncPorts } from './ports.ts';

/** The name of one column on both sides. */
export interface ColumnName {
  readonly source: string;
  readonly target: string;
  readonly sourceType: string;
  /** False for a column that has its own name in Redshift, folded. */
  readonly isRenamed: boolean;
  /** The source has it no more; the target keeps it. */
  readonly isDropped: boolean;
}

/** The names of a table's columns as its state has them; empty before the first batch. Reads only. */
export async function listColumnNames(task: TableTask, { watermarks }: Pick<SyncPorts, 'watermarks'>): Promise<readonly ColumnName[]> {
  const document = (await watermarks.read(task))?.document;
  const named = (isDropped: boolean) => ({ source, name, sourceType }: { readonly source: string; readonly name: string; readonly sourceType: string }): ColumnName => ({
    source, target: name, sourceType, isRenamed: name !== source.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), isDropped,
  });
  return [...(document?.schema?.columns ?? []).map(named(false)), ...(document?.schema?.dropped ?? []).map(named(true))];
}
