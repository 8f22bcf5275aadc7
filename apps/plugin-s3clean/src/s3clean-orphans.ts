import { bytesText, chooseTables, countText, type ChosenTables } from '@tidemark/cli-kit';
import type { LoadedConfig } from '@tidemark/config';
import { cleanOrphans, type CleanRequest, type OrphanOutcome } from '@tidemark/sync-engine/standing';
import type { OpenPipeline } from '@tidemark/sync-engine/wiring';
import { CLEAN_FLAGS, CleanCommand, totalOf, type CleanFlags } from './clean-command.ts';

/** Younger orphans may be looked at by somebody who wonders why a run broke. */
const ONE_DAY_MS = 86_400_000;

/** `tidemark s3clean orphans` */
export class S3cleanOrphans extends CleanCommand<OrphanOutcome> {
  static override summary = 'Remove what broken runs have left: files that no manifest names, and unfinished uploads.';
  static override description = 'Only of generations that a fence in the load ledger has shut out, so nothing of a run that is still working. Things younger than a day stay, unless --older-than says otherwise.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline --dry-run', '<%= config.bin %> <%= command.id %> -t sales.orders --older-than 1h --yes'];
  static override flags = CLEAN_FLAGS;
  protected override readonly what = 'orphaned files';

  protected override async readFlags(): Promise<CleanFlags> {
    return (await this.parse(S3cleanOrphans)).flags;
  }

  protected override choose(config: LoadedConfig, flags: CleanFlags): ChosenTables {
    return chooseTables(config, flags, { needs: ['target'] });
  }

  protected override defaultAge(): number {
    return ONE_DAY_MS;
  }

  protected override async remove(request: CleanRequest, open: OpenPipeline): Promise<OrphanOutcome> {
    return cleanOrphans(request, open.ports, open.objects);
  }

  protected override isNothing({ keys, uploads }: OrphanOutcome): boolean {
    return keys.length === 0 && uploads.length === 0;
  }

  protected override text(removals: readonly OrphanOutcome[], isDryRun: boolean): string {
    const { objects, bytes } = totalOf(removals.map(({ removed }) => removed));
    const uploads = removals.flatMap((removal) => removal.uploads);
    if (objects === 0 && uploads.length === 0) return 'No orphans.';
    const lines = [...removals.flatMap(({ keys }) => keys), ...uploads.map((key) => `${key} (unfinished upload)`)];
    return [...lines, `${isDryRun ? 'Would remove' : 'Removed'} ${countText(objects)} files, ${bytesText(bytes)}, and ${countText(uploads.length)} unfinished uploads.`].join('\n');
  }
}
