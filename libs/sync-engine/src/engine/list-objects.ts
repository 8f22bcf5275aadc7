import type { TableTask } from '@tidemark/domain';
import { dataRoot, isPartOf, parseDataKey } from '@tidemark/layout';
import type { SyncPorts, TargetTable } from './ports.ts';

export type ObjectState = 'awaiting load' | 'loaded' | 'orphan' | 'foreign';

export interface ObjectView {
  readonly key: string;
  readonly state: ObjectState;
  readonly table: string | null;
  readonly batchId: string | null;
  readonly bytes: number;
  /** By the store's clock, UTC, ISO 8601. */
  readonly lastModified: string;
}

/** Lists objects to the end, or throws. */
export interface ObjectListingPort {
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly byteLength: number; readonly lastModified: Date }>;
}

export interface ListObjectsRequest {
  readonly incrementalPath: string;
  readonly isolationPrefix: string;
  readonly tables: readonly { readonly task: TableTask; readonly target: TargetTable }[];
}

/** What is known of one table's parts. */
interface KnownParts {
  readonly task: TableTask;
  /** Object key to the batch's sequence number. */
  readonly keys: ReadonlyMap<string, number>;
  readonly loadedSeq: number;
}

/**
 * Every data object of a pipeline with its state, by the exact keys of manifests and never by a prefix of a name.
 * A part of an older epoch counts as an orphan unless a manifest of the current one names it. Where Redshift is not asked nothing counts as loaded.
 */
export async function listObjects(request: ListObjectsRequest, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'target'>, objects: ObjectListingPort): Promise<readonly ObjectView[]> {
  const known: KnownParts[] = [];
  for (const { task, target } of request.tables) known.push(await knownParts(task, target, ports));
  const root = dataRoot(request);
  const views: ObjectView[] = [];
  for await (const object of objects.list(root)) {
    const parsed = parseDataKey(object.key, root);
    const table = parsed === null ? undefined : known.find(({ task }) => isPartOf(parsed, task));
    const named = table?.keys.get(object.key);
    const state: ObjectState = table === undefined ? 'foreign' : named === undefined ? 'orphan' : named <= table.loadedSeq ? 'loaded' : 'awaiting load';
    views.push({ key: object.key, state, table: table?.task.table ?? null, batchId: parsed?.batchId ?? null, bytes: object.byteLength, lastModified: object.lastModified.toISOString() });
  }
  return views;
}

async function knownParts(task: TableTask, target: TargetTable, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'target'>): Promise<KnownParts> {
  const stored = await ports.watermarks.read(task);
  if (stored === null) return { task, keys: new Map(), loadedSeq: 0 };
  const { epoch } = stored.document;
  const ledger = ports.target === null ? null : (await ports.target.inspect(task, target)).ledger;
  const manifests = await ports.manifests.listStanding(task, epoch);
  const keys = new Map(manifests.flatMap(({ manifest }) => manifest.parts.map((part) => [part.key, manifest.seq] as const)));
  return { task, keys, loadedSeq: ledger?.epoch === epoch ? ledger.seq : 0 };
}
