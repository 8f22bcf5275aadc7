import type { ResolvedTable } from '@tidemark/config';
import type { SourceTable, TableTask, WatermarkDocument } from '@tidemark/domain';
import { schemaChangeText } from '@tidemark/ddl-optimizer';
import { hashKeyFindings } from '../hash-key.ts';
import { otherSource } from '../other-source.ts';
import type { SourcePort, WatermarkPort } from '../ports.ts';
import { shapePlan } from '../shape/shape-plan.ts';
import type { SyncPlan } from '../table-plan.ts';
import type { Remarks } from './remarks.ts';

/** The state from which a run would go on; null where there is none, or none that can be read. */
export async function knownState(task: TableTask, watermarks: Pick<WatermarkPort, 'examine'> | null, remarks: Remarks): Promise<WatermarkDocument | null> {
  const found = await watermarks?.examine(task);
  if (found?.kind === 'unreadable') remarks.stop(found.error);
  return found?.kind === 'readable' ? found.stored.document : null;
}

/** Holds a plan against the state: another server, another key of hashes, columns that have changed. */
export async function heldAgainst(document: WatermarkDocument, { task, table, source }: { readonly task: TableTask; readonly table: ResolvedTable; readonly source: SourcePort }, plan: SyncPlan, remarks: Remarks): Promise<SyncPlan> {
  refuseOtherSource(task, document, plan.source, remarks);
  remarks.add(...hashKeyFindings(table.name, document, plan.frozen));
  try {
    const { plan: shaped, rereads } = await shapePlan({ task, table }, source, document, plan);
    if (rereads.length > 0) {
      remarks.add({ code: 'SCHEMA_REREAD', severity: 'warning', table: table.name, message: `The next run reads ${table.name} anew: ${rereads.map(schemaChangeText).join('; ')}.`, remedy: ['Set evolve_backfill: stop where it is not to be read without being asked.'] });
    }
    return shaped;
  } catch (error) {
    remarks.stop(error);
    return plan;
  }
}

function refuseOtherSource(task: TableTask, { source_id: known }: WatermarkDocument, { serverId }: SourceTable, remarks: Remarks): void {
  if (known === null || known === serverId) return;
  remarks.stop(otherSource(task, known, serverId));
}
