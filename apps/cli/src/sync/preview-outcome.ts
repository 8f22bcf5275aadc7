import { commandError, errorText, type CommandOutcome } from '@tidemark/cli-kit';
import type { ResolvedTable } from '@tidemark/config';
import type { TidemarkError } from '@tidemark/domain';
import type { PipelineSettings, PreviewPorts, TablePreview } from '@tidemark/sync-engine/engine';
import { exitOf } from '../cdc/exit-of.ts';
import { previewText } from '../run-text.ts';

/** Plans every table; one that cannot be planned does not hide the findings of the others. */
export async function previewOutcome(settings: PipelineSettings, tables: readonly ResolvedTable[], ports: PreviewPorts): Promise<CommandOutcome> {
  const { previewTables } = await import('@tidemark/sync-engine/engine');
  const previews: TablePreview[] = [];
  const failures: { readonly table: string; readonly error: TidemarkError }[] = [];
  for (const table of tables) {
    try {
      previews.push(...(await previewTables(settings, [table], ports)));
    } catch (cause) {
      failures.push({ table: table.scopedName, error: commandError(cause) });
    }
  }
  const [first] = failures;
  if (first !== undefined && tables.length === 1) throw first.error;
  const failed = failures.map(({ table, error: { code, message, remedy } }) => ({ table, code, message, remedy }));
  const interrupted = failures.find(({ error }) => error.kind === 'cancelled');
  const text = [previewText(previews), ...failures.map(({ table, error }) => `${table}\n${errorText(error)}`)].filter((part) => part !== '').join('\n\n');
  return { text, result: { tables: previews, failed }, exitCode: interrupted?.error.exit ?? exitOf([...previews.map(({ exit }) => exit), ...failures.map(({ error }) => error.exit)]) };
}
