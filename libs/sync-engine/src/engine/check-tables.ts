import type { ResolvedTable } from '@tidemark/config';
import { isTidemarkError, type Finding } from '@tidemark/domain';
import { previewTables, type PreviewPorts } from './plan-pipeline.ts';
import type { PipelineSettings } from './sync-request.ts';

/** What a plan of one table came to. */
export interface TableCheck {
  readonly table: string;
  /** Null when it could not be planned. */
  readonly strategy: string | null;
  readonly mode: string | null;
  readonly findings: readonly Finding[];
  /** The exit code of a run that would be stopped before it reads; else 0. */
  readonly exit: number;
}

/** Plans every table against the live source; one that cannot be planned has the reason among its findings and does not hide the others. Reads only. */
export async function checkTables(settings: PipelineSettings, tables: readonly ResolvedTable[], ports: PreviewPorts): Promise<readonly TableCheck[]> {
  const checks: TableCheck[] = [];
  for (const table of tables) checks.push(await checkTable(settings, table, ports));
  return checks;
}

async function checkTable(settings: PipelineSettings, table: ResolvedTable, ports: PreviewPorts): Promise<TableCheck> {
  try {
    const [preview] = await previewTables(settings, [table], ports);
    const { strategy, mode, findings, exit } = preview!;
    return { table: table.scopedName, strategy, mode, findings, exit };
  } catch (error) {
    if (!isTidemarkError(error) || error.kind === 'cancelled') throw error;
    const { code, message, remedy, exit } = error;
    return { table: table.scopedName, strategy: null, mode: null, findings: [{ code, severity: 'error', table: table.name, message, remedy }], exit };
  }
}
