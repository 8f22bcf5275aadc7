import { dataRoot, isPartOf, parseDataKey } from '@tidemark/layout';
import type { CleaningPort } from './clean/ports.ts';
import type { ListObjectsRequest } from './list-objects.ts';

/** An upload in pieces that was begun and never ended: its pieces cost storage, and no listing of objects shows them. */
export interface UploadView {
  readonly key: string;
  /** Null when the key was not made for a table of the request. */
  readonly table: string | null;
  /** By the store's clock, UTC, ISO 8601. */
  readonly initiated: string;
}

/** Every unfinished upload below a pipeline's path; that of a run that is working is among them. */
export async function listUploads(request: ListObjectsRequest, objects: Pick<CleaningPort, 'listUploads'>): Promise<readonly UploadView[]> {
  const root = dataRoot(request);
  const views: UploadView[] = [];
  for await (const { key, initiated } of objects.listUploads(root)) {
    const parsed = parseDataKey(key, root);
    const owner = parsed === null ? undefined : request.tables.find(({ task }) => isPartOf(parsed, task));
    views.push({ key, table: owner?.task.table ?? null, initiated: initiated.toISOString() });
  }
  return views;
}
