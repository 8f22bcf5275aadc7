import { dataRoot, isPartOf, parseDataKey } from '@tidemark/layout';
import { objectsOf, tally, type CleanPorts, type CleanRequest, type Tally } from './clean-table.ts';
import { readKnown } from './known-table.ts';
import { matchesKey } from './plan-clean.ts';
import type { CleaningPort } from './ports.ts';

export interface OrphanOutcome {
  readonly table: string;
  readonly removed: Tally;
  /** Keys of parts that went, or would go. */
  readonly keys: readonly string[];
  /** Keys of unfinished uploads that were given up, or would be. */
  readonly uploads: readonly string[];
}

/**
 * Removes what broken runs have left of a table: parts of its own id that no manifest of the epoch names, and uploads that were never
 * ended. Only of generations that a fence in the ledger has shut out; takes the lease and writes that fence, so whoever wakes up with
 * an older generation can make nothing of them count. May be repeated.
 */
export async function cleanOrphans(request: CleanRequest, ports: CleanPorts, objects: CleaningPort): Promise<OrphanOutcome> {
  const { task, target, runId } = request;
  const root = dataRoot(request);
  const known = await ports.watermarks.read(task);
  const lease = await ports.leases.acquire(task, runId, known?.document.generation ?? 0, request.leaseWaitMs, request.signal);
  try {
    if (known !== null && !request.isDryRun) {
      await ports.target?.fence({ task, target, epoch: known.document.epoch, generation: lease.generation, runId, sourceId: known.document.source_id });
    }
    const table = await readKnown(task, target, ports);
    // Without a watermark every file would look like an orphan.
    if (table === null) return { table: task.table, removed: { objects: 0, bytes: 0 }, keys: [], uploads: [] };
    const now = (await objects.serverNow()).getTime();
    const named = new Set(table.standing.flatMap(({ manifest }) => manifest.parts.map(({ key }) => key)));
    const fenced = request.isDryRun ? lease.generation : table.fencedGeneration;
    const isOrphan = (key: string, since: Date): boolean => {
      const parsed = parseDataKey(key, root);
      return parsed !== null && isPartOf(parsed, task) && !named.has(key) && (request.pattern === null || matchesKey(key, request.pattern)) && parsed.generation < fenced && now - since.getTime() >= request.olderThanMs;
    };
    const orphans = [...(await objectsOf(task, root, objects)).values()].filter(({ key, lastModified }) => isOrphan(key, lastModified));
    const uploads: { readonly key: string; readonly uploadId: string }[] = [];
    for await (const upload of objects.listUploads(root)) if (isOrphan(upload.key, upload.initiated)) uploads.push(upload);
    if (!request.isDryRun) {
      const keys = new Set(orphans.map(({ key }) => key));
      const steps = [
        ...(keys.size === 0 ? [] : [() => (request.keepsVersions ? objects.deleteMany(keys) : objects.deleteEveryVersion(keys, root))]),
        ...uploads.map((upload) => () => objects.abortUpload(upload)),
      ];
      for (const step of steps) {
        request.signal.throwIfAborted();
        lease.assertHeld();
        await step();
      }
    }
    return { table: task.table, removed: tally(orphans), keys: orphans.map(({ key }) => key), uploads: uploads.map(({ key }) => key) };
  } finally {
    await lease.release();
  }
}
