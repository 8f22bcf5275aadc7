import { commandError, errorText, type CommandOutcome } from '@tidemark/cli-kit';
import type { ResolvedTable } from '@tidemark/config';
import type { TidemarkError } from '@tidemark/domain';
import { previewTables, runExitCode, type PipelineSettings, type SourcePort, type TablePreview } from '@tidemark/sync-engine/engine';
import { previewText } from '../run-text.ts';

/** Plans every table; one that cannot be planned does not hide the findings of the others. */
export async function previewOutcome(settings: PipelineSettings, tables: readonly ResolvedTable[], source: SourcePort): Promise<CommandOutcome> {
  const previews: TablePreview[] = [];
  const failures: { readonly table: string; readonly error: TidemarkError }[] = [];
  for (const table of tables) {
    try {
      previews.push(...(await previewTables(settings, [table], source)));
    } catch (cause) {
      failures.push({ table: table.scopedName, error: commandError(cause) });
    }
  }
  const [first] = failures;
  if (first !== undefined && tables.length === 1) throw first.error;
  const failed = failures.map(({ table, error: { code, message, remedy } }) => ({ table, code, message, remedy }));
  const text = [previewText(previews), ...failures.map(({ table, error }) => `${table}\n${errorText(error)}`)].filter((part) => part !== '').join('\n\n');
  return { text, result: { tables: previews, failed }, exitCode: runExitCode(failures.map(({ error }) => error), tables.length) };
}
