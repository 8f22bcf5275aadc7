import { shellWord } from '@tidemark/domain';
import { initialWatermark } from '@tidemark/layout';
import { SyncError } from '../errors.ts';
import type { TableRun } from '../table-run.ts';
import type { WatermarkCell } from '../watermark-cell.ts';

/**
 * Begins a new epoch in the middle of a run, so that the table is read anew: the rows that are there stay until they are merged over.
 *
 * If the process dies after the watermark and before the fence, the next run writes the fence; the old epoch has nothing left to load.
 *
 * @throws SyncError `SCHEMA_STAGED_FIRST` while batches of the old epoch wait: they would never load
 */
export async function beginEpoch(run: TableRun, cell: WatermarkCell): Promise<void> {
  const { task, target, generation, request, ports } = run;
  const { epoch, staged_through: staged, loaded_through: loaded, source_id: sourceId } = cell.document;
  if (staged.seq > loaded.seq) {
    throw new SyncError('SCHEMA_STAGED_FIRST', {
      message: `${task.table} has to be read anew in a new epoch, and batches ${loaded.seq + 1} to ${staged.seq} of epoch ${epoch} wait to be loaded.`,
      remedy: [`Load them as staged: tidemark sync pipeline -p ${shellWord(task.pipeline)} -t ${shellWord(task.table)} --redshift-only.`, `Or discard them: tidemark batches discard -p ${shellWord(task.pipeline)} -t ${shellWord(task.table)}.`],
      details: { epoch, stagedSeq: staged.seq, loadedSeq: loaded.seq },
    });
  }
  const newest = Math.max(epoch, await ports.manifests.newestEpoch(task));
  await cell.apply((document) => {
    const fresh = initialWatermark(task, { epoch: newest + 1, generation, runId: request.runId, writeId: document.write_id, at: request.surroundings.now() });
    const { mysql_state, redshift_state, column_mapping, schema } = document;
    return { ...fresh, mysql_state, redshift_state, column_mapping, ...(schema === undefined ? {} : { schema }) };
  });
  await ports.target?.fence({ task, target, epoch: cell.document.epoch, generation, runId: request.runId, sourceId });
}
