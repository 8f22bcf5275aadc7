import { Flags, type Interfaces } from '@oclif/core';
import { bytesText, countText, textTable } from '@tidemark/cli-kit';
import type { LoadedPipeline } from '@tidemark/config';
import { cleanTable, type CleanOutcome, type CleanRequest } from '@tidemark/sync-engine/engine';
import type { OpenPipeline } from '@tidemark/sync-engine/wiring';
import { CLEAN_FLAGS, CleanCommand, totalOf } from './clean-command.ts';

export const CLEAN_LOADED_FLAGS = { ...CLEAN_FLAGS, pattern: Flags.string({ helpValue: 'GLOB', summary: 'Only batches all of whose files match: by the whole key, or by the name when the pattern has no slash.' }) };

export type CleanLoadedFlags = Interfaces.InferredFlags<typeof CLEAN_LOADED_FLAGS & typeof CleanCommand.baseFlags>;

/** Removes files of loaded batches. */
export abstract class CleanLoadedCommand extends CleanCommand<CleanOutcome> {
  protected override readonly what = 'loaded files';

  protected override defaultAge(pipeline: LoadedPipeline): number {
    return pipeline.retentionMs;
  }

  protected override async remove(request: CleanRequest, open: OpenPipeline): Promise<CleanOutcome> {
    return cleanTable(request, open.ports, open.objects);
  }

  protected override isNothing({ removed }: CleanOutcome): boolean {
    return removed.objects === 0;
  }

  protected override text(removals: readonly CleanOutcome[], isDryRun: boolean): string {
    const { objects, bytes } = totalOf(removals.map(({ removed }) => removed));
    const rows = removals.map(({ table, before, removed, after }) => [table, before.objects, bytesText(before.bytes), removed.objects, bytesText(removed.bytes), after.objects, bytesText(after.bytes)] as const);
    const sentence = objects === 0 ? 'Nothing to remove.' : `${isDryRun ? 'Would remove' : 'Removed'} ${countText(objects)} files, ${bytesText(bytes)}.`;
    return [textTable(['table', 'before', 'size', isDryRun ? 'would go' : 'removed', 'size', 'after', 'size'], rows), sentence].join('\n');
  }
}
