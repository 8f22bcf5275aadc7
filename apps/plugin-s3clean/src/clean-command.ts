import { randomBytes, randomUUID } from 'node:crypto';
import { Flags, type Interfaces } from '@oclif/core';
import { bytesText, confirm, countText, durationFlag, loadedConfig, PIPELINE_FLAGS, stopped, TidemarkCommand, taskOf, type ChosenTables, type CommandOutcome } from '@tidemark/cli-kit';
import type { LoadedConfig, LoadedPipeline, ResolvedTable } from '@tidemark/config';
import { runId } from '@tidemark/layout';
import type { CleanRequest, Tally } from '@tidemark/sync-engine/engine';
import { openPipeline, type OpenPipeline } from '@tidemark/sync-engine/wiring';

/** Flags of every command that removes objects. */
export const CLEAN_FLAGS = {
  ...PIPELINE_FLAGS,
  'older-than': durationFlag({ helpValue: 'TIME', summary: 'Only what is older, e.g. 7d; the pipeline’s retention without it.' }),
  pattern: Flags.string({ helpValue: 'GLOB', summary: 'Only batches all of whose files match, or orphans that do: by the whole key, or by the name when the pattern has no slash.' }),
  'simple-delete': Flags.boolean({ summary: 'In a bucket that keeps versions, only hide the objects behind a delete marker.' }),
  'dry-run': Flags.boolean({ summary: 'Say what would be removed; remove nothing.' }),
  yes: Flags.boolean({ aliases: ['force'], summary: 'Do not ask.' }),
};

export type CleanFlags = Interfaces.InferredFlags<typeof CLEAN_FLAGS & typeof TidemarkCommand.baseFlags>;

/** What was, or would be, removed of one table. */
export interface Removal {
  readonly table: string;
  readonly removed: Tally;
}

/** A command that says what would go, asks, and removes it table by table, each under its lease. */
export abstract class CleanCommand<R extends Removal, F extends CleanFlags = CleanFlags> extends TidemarkCommand {
  /** What is being removed, for the question. */
  protected abstract readonly what: string;
  protected abstract choose(config: LoadedConfig, flags: F): ChosenTables;
  /** How long things must have stood, without `--older-than`. */
  protected abstract defaultAge(pipeline: LoadedPipeline): number;
  /** @param planned what the question was about; null while nothing is removed yet */
  protected abstract remove(request: CleanRequest, open: OpenPipeline, table: ResolvedTable, flags: F, planned: R | null): Promise<R>;
  protected abstract isNothing(removal: R): boolean;
  protected abstract text(removals: readonly R[], isDryRun: boolean): string;
  protected abstract readFlags(): Promise<F>;

  protected override async outcome(): Promise<CommandOutcome> {
    const flags = await this.readFlags();
    const { pipeline, tables, notes } = this.choose(await loadedConfig(flags), flags);
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const signal = this.interruption;
    const requestOf = (table: ResolvedTable, isDryRun: boolean): CleanRequest => ({
      ...open.settings, ...taskOf(pipeline, table), olderThanMs: flags['older-than'] ?? this.defaultAge(pipeline), pattern: flags.pattern ?? null, keepsVersions: flags['simple-delete'], isDryRun,
      runId: runId(new Date(), randomBytes(4)), signal, surroundings: { now: () => new Date(), newWriteId: randomUUID },
    });
    const all = async (plan: readonly R[] | null): Promise<readonly R[]> => {
      const removals: R[] = [];
      for (const [index, table] of tables.entries()) {
        try {
          removals.push(await this.remove(requestOf(table, plan === null), open, table, flags, plan?.[index] ?? null));
        } catch (cause) {
          const where = plan === null ? 'Nothing was removed.' : `${removals.length} of ${tables.length} tables were cleaned; ${table.scopedName} was stopped between two requests, and the next clean ends it.`;
          throw stopped(cause, signal, where);
        }
      }
      return removals;
    };
    const planned = await all(null);
    const outcome = (removals: readonly R[], isDryRun: boolean): CommandOutcome => ({ text: this.text(removals, isDryRun), result: { bucket: pipeline.s3.bucket, dry_run: isDryRun, tables: removals }, warnings: notes });
    if (flags['dry-run'] || planned.every((removal) => this.isNothing(removal))) return outcome(planned, flags['dry-run']);
    await this.consent(planned, pipeline.s3.bucket, flags);
    return outcome(await all(planned), false);
  }

  /** Asks whether all of this may go. @throws CliError `CLI_NOT_CONFIRMED` */
  protected async consent(planned: readonly R[], bucket: string, flags: F): Promise<void> {
    const { objects, bytes } = totalOf(planned.map(({ removed }) => removed));
    await confirm(`Remove ${countText(objects)} ${this.what} (${bytesText(bytes)}) of ${planned.map(({ table }) => table).join(', ')} from ${bucket}?`, flags.yes);
  }
}

export function totalOf(tallies: readonly Tally[]): Tally {
  return { objects: tallies.reduce((sum, { objects }) => sum + objects, 0), bytes: tallies.reduce((sum, { bytes }) => sum + bytes, 0) };
}
