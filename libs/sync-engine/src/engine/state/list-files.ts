import type { TableTask } from '@tidemark/domain';
import type { SyncPorts } from '../ports.ts';

/** A staged file of the current epoch. */
export interface FileView {
  readonly key: string;
  readonly state: 'awaiting load' | 'loaded';
  readonly batchId: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The files of a table's current epoch, in their order: from the manifests, so that the watermark does not grow with them.
 * What is loaded is told by the watermark, which may lag behind the ledger after a crash. Reads S3 only.
 */
export async function listFiles(task: TableTask, ports: Pick<SyncPorts, 'watermarks' | 'manifests'>): Promise<readonly FileView[]> {
  const stored = await ports.watermarks.read(task);
  if (stored === null) return [];
  const { epoch, loaded_through } = stored.document;
  const manifests = await ports.manifests.listStanding(task, epoch);
  return manifests.flatMap(({ manifest }) =>
    manifest.parts.map(({ key, rows, bytes }): FileView => ({ key, state: manifest.seq <= loaded_through.seq ? 'loaded' : 'awaiting load', batchId: manifest.batch_id, rows, bytes })),
  );
}
