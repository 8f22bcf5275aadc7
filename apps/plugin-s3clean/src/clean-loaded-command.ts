import { Flags, type Interfaces } from '@oclif/core';
import { bytesText, configuredMode, confirmName, countText, textTable } from '@tidemark/cli-kit';
import type { LoadedPipeline, ResolvedTable } from '@tidemark/config';
import { cleanTable, cleanUnloaded, type CleanOutcome, type CleanRequest, type UnloadedOutcome } from '@tidemark/sync-engine/standing';
import type { OpenPipeline } from '@tidemark/sync-engine/wiring';
import { CLEAN_FLAGS, CleanCommand, totalOf } from './clean-command.ts';
import { keptNote, unloadedLines, unloadedQuestion } from './unloaded-text.ts';

export const CLEAN_LOADED_FLAGS = {
  ...CLEAN_FLAGS,
  'include-unloaded': Flags.boolean({ summary: 'Remove what was never loaded too: a new epoch begins where the loaded rows end, and the next sync reads those rows again. Asks for the table’s name, which --yes does not answer.' }),
  'confirm-table': Flags.string({ helpValue: 'TABLE', multiple: true, dependsOn: ['include-unloaded'], summary: 'The name that --include-unloaded asks for, as schema.table; for scripts; repeats.' }),
  'accept-duplicates': Flags.boolean({ dependsOn: ['include-unloaded'], summary: 'In append mode, where the loaded rows do not tell where they end: they may be doubled.' }),
};

export type CleanLoadedFlags = Interfaces.InferredFlags<typeof CLEAN_LOADED_FLAGS & typeof CleanCommand.baseFlags>;

/** What went of one table; `unloaded` is null without `--include-unloaded`. */
export type TableRemoval = CleanOutcome & { readonly unloaded: UnloadedOutcome | null };

/** Removes files of loaded batches and, when it is said in full, of batches that wait to be loaded. */
export abstract class CleanLoadedCommand extends CleanCommand<TableRemoval, CleanLoadedFlags> {
  protected override readonly what = 'loaded files';

  protected override defaultAge(pipeline: LoadedPipeline): number {
    return pipeline.retentionMs;
  }

  protected override async remove(request: CleanRequest, open: OpenPipeline, table: ResolvedTable, flags: CleanLoadedFlags, planned: TableRemoval | null): Promise<TableRemoval> {
    const loaded = await cleanTable(request, open.ports, open.objects);
    if (!flags['include-unloaded']) return { ...loaded, unloaded: null };
    const agreed = planned === null ? null : (planned.unloaded?.batches ?? []).map(({ batchId }) => batchId);
    const unloaded = await cleanUnloaded({ ...request, mode: configuredMode(table), acceptDuplicates: flags['accept-duplicates'], agreed }, open.ports, open.objects);
    const { removed } = unloaded;
    const after = request.isDryRun ? loaded.after : { objects: loaded.after.objects - removed.objects, bytes: loaded.after.bytes - removed.bytes };
    return { ...loaded, after, unloaded };
  }

  protected override isNothing({ removed, unloaded }: TableRemoval): boolean {
    return removed.objects === 0 && (unloaded === null || unloaded.batches.length === 0);
  }

  protected override async consent(planned: readonly TableRemoval[], bucket: string, flags: CleanLoadedFlags): Promise<void> {
    for (const { unloaded } of planned) {
      if (unloaded === null || unloaded.batches.length === 0) continue;
      await confirmName(unloadedQuestion(unloaded, bucket), unloaded.table.slice(unloaded.table.indexOf(':') + 1), { given: flags['confirm-table'] ?? [], flag: '--confirm-table' });
    }
    if (planned.some(({ removed }) => removed.objects > 0)) await super.consent(planned.filter(({ removed }) => removed.objects > 0), bucket, flags);
  }

  protected override text(removals: readonly TableRemoval[], isDryRun: boolean): string {
    const all = removals.map((removal) => ({ ...removal, gone: totalOf([removal.removed, ...(removal.unloaded === null ? [] : [removal.unloaded.removed])]) }));
    const { objects, bytes } = totalOf(all.map(({ gone }) => gone));
    const rows = all.map(({ table, before, gone, after }) => [table, before.objects, bytesText(before.bytes), gone.objects, bytesText(gone.bytes), after.objects, bytesText(after.bytes)] as const);
    const sentence = objects === 0 ? 'Nothing to remove.' : `${isDryRun ? 'Would remove' : 'Removed'} ${countText(objects)} files, ${bytesText(bytes)}.`;
    const unloaded = removals.flatMap((removal) => (removal.unloaded === null ? [] : [...unloadedLines(removal.unloaded, isDryRun), ...keptNote(removal.unloaded)]));
    return [textTable(['table', 'before', 'size', isDryRun ? 'would go' : 'removed', 'size', 'after', 'size'], rows), sentence, ...unloaded].join('\n');
  }
}
