import type { TableTask } from '@tidemark/domain';
import { partName, type BatchNumber } from './batch-id.ts';
import { checkedKey, keyPrefix, taskForm } from './object-key.ts';

export type PartitionStrategy = 'table' | 'datetime' | 'hybrid';

export interface DataKeysRequest {
  /** Ends with `/` or is empty, as `isolationPrefix`. */
  readonly incrementalPath: string;
  readonly isolationPrefix: string;
  readonly partition: PartitionStrategy;
  readonly task: TableTask;
  /** The batch's time; its UTC date and hour partition the keys. */
  readonly at: Date;
}

/** The keys of a batch's Parquet parts. */
export interface DataKeys {
  /** Ends in `/`, or is empty: where the parts of this partition lie, beside those of other tables unless the partition is by table. */
  readonly prefix: string;
  /** The key of a part, numbered from 0. The generation makes it unique to one lease holder. */
  part(batch: BatchNumber & { readonly generation: number }, part: number): string;
}

/**
 * The data keys of a task: `{incremental_path}{isolation_prefix}{partition}{form}_{batch_id}-g{generation}-{part}.parquet`.
 * @throws LayoutError for names and paths that cannot be part of a key
 */
export function dataKeys(request: DataKeysRequest): DataKeys {
  const form = taskForm(request.task);
  const root = dataRoot(request);
  const prefix = `${root}${partitionPath(request.partition, form, request.at)}`;
  return { prefix, part: (batch, part) => checkedKey(`${prefix}${form}_${partName(request.task, batch, part)}.parquet`) };
}

/** Where all data of a pipeline lies: `{incremental_path}{isolation_prefix}`. */
export function dataRoot({ incrementalPath, isolationPrefix }: Pick<DataKeysRequest, 'incrementalPath' | 'isolationPrefix'>): string {
  return `${keyPrefix('incremental_path', incrementalPath)}${keyPrefix('isolation_prefix', isolationPrefix)}`;
}

function partitionPath(partition: PartitionStrategy, form: string, at: Date): string {
  const [, year, month, day, hour] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)/.exec(at.toISOString()) as unknown as string[];
  const date = `year=${year}/month=${month}/day=${day}/`;
  if (partition === 'table') return `${form}/`;
  if (partition === 'datetime') return `${date}hour=${hour}/${form}/`;
  return `${form}/${date}`;
}
