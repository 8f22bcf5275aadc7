import { printable, type CommandOutcome } from '@tidemark/cli-kit';
import type { ResolvedTable } from '@tidemark/config';
import type { BackfillOrder, BackfillPreview, PipelineSettings, SourcePort } from '@tidemark/sync-engine/engine';

/** What a backfill would read, table by table. */
export async function backfillOutcome(settings: PipelineSettings, tables: readonly ResolvedTable[], order: BackfillOrder, source: SourcePort, warnings: readonly string[]): Promise<CommandOutcome> {
  const { previewBackfill } = await import('@tidemark/sync-engine/engine');
  const previews: BackfillPreview[] = [];
  for (const table of tables) previews.push(await previewBackfill(settings, table, order, source));
  return { text: printable(previews.map(textOf).join('\n')), result: { tables: previews }, warnings };
}

function textOf({ table, mode, range, sql }: BackfillPreview): string {
  if (range === null) return `${table}: there is nothing to read.`;
  const [from, to] = [range.from ?? 'the beginning', range.to ?? 'the end'];
  return `${table}: would read by ${range.by} from ${from} ${range.by === 'id' ? 'through' : 'to'} ${to} and load by ${mode === 'replace' ? 'merge' : mode}; the cursor stays.\n  ${sql}`;
}
