import { randomBytes, randomUUID } from 'node:crypto';
import type { Interfaces } from '@oclif/core';
import { failureDocument, loadedConfig, TidemarkCommand, withLogContext, type ChosenTables, type CommandOutcome } from '@tidemark/cli-kit';
import type { ConfigFlags, LoadedConfig, LoadedPipeline, PipelineSide, ResolvedTable } from '@tidemark/config';
import type { Logger, RunResult, TidemarkError } from '@tidemark/domain';
import { runId } from '@tidemark/layout';
import type { BackfillOrder, RunSurroundings, SyncPorts, SyncStages } from '@tidemark/sync-engine/engine';
import { completionMarkers, withoutMarkers, writeMarkers } from '@tidemark/sync-engine/standing';
import { openMarkers, openPipeline } from '@tidemark/sync-engine/wiring';
import { contextLines, contextOf } from '../run-context.ts';
import { resultText } from '../run-text.ts';
import { requireWritable, writeResult, writeWhole } from '../write-result.ts';
import { backfillOutcome } from './backfill-outcome.ts';
import { previewOutcome } from './preview-outcome.ts';
import { RunReaders } from './run-readers.ts';
import { normalizedParallel } from './old-arguments.ts';
import type { SYNC_FLAGS } from './sync-flags.ts';

/** The databases that a run connects to. */
const NEEDS: Readonly<Record<SyncStages, readonly PipelineSide[]>> = { both: ['source', 'target'], 'backup-only': ['source'], 'redshift-only': ['target'] };

export type SyncFlags = Interfaces.InferredFlags<typeof SYNC_FLAGS & typeof TidemarkCommand.baseFlags>;

/** A command that runs a sync, or says what one would do: flags, one choice of tables, one call. */
export abstract class SyncCommand extends TidemarkCommand {
  /** Where the result goes too, once it is known that it can be written there. */
  #resultFile: string | undefined;

  /** The tables that the flags mean. */
  protected abstract choose(config: LoadedConfig, flags: SyncFlags, overrides: ConfigFlags): ChosenTables;

  /** A plan is shown and nothing is done. */
  protected isPlan(flags: SyncFlags): boolean {
    return flags['dry-run'];
  }

  /** A range that is read once more, instead of what is new. */
  protected backfill(_flags: SyncFlags): BackfillOrder | undefined {
    return undefined;
  }

  /** The ports that the run uses. A test puts crashes around them. */
  protected ports(ports: SyncPorts): SyncPorts {
    return ports;
  }

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(this.ctor as typeof SyncCommand & { readonly flags: typeof SYNC_FLAGS }, normalizedParallel(this.argv));
    for (const flag of ['json-output', 'metrics-file'] as const) {
      const path = flags[flag];
      if (path !== undefined && !this.isPlan(flags)) await requireWritable(`--${flag}`, path);
    }
    this.#resultFile = flags['json-output'];
    return this.#sync(flags);
  }

  /** Also when it was told to end before it had begun. */
  protected override async failed(error: TidemarkError): Promise<void> {
    if (this.#resultFile !== undefined) await writeResult(this.#resultFile, failureDocument(error));
  }

  async #sync(flags: SyncFlags): Promise<CommandOutcome> {
    const config = await loadedConfig(flags);
    const stages: SyncStages = flags['backup-only'] ? 'backup-only' : flags['redshift-only'] ? 'redshift-only' : 'both';
    const isPlan = this.isPlan(flags);
    const chosen = this.choose(config, flags, overridesOf(flags, isPlan ? ['source'] : NEEDS[stages]));
    const { pipeline, tables } = chosen;
    const notes = isPlan ? [...chosen.notes, ...config.warnings.map(({ message }) => message)] : chosen.notes;
    const isShown = !flags.json && !flags.quiet && !flags.events;
    if (isShown) for (const line of [...notes, ...contextLines(pipeline, stages)]) this.logToStderr(line);
    const logger = this.loggerOf(flags);
    await using open = await openPipeline(pipeline, { logger, tables });
    const signal = this.interruption;
    const settings = { ...open.settings, leaseWaitMs: flags['lease-wait'] ?? open.settings.leaseWaitMs, maxParallelTables: flags.parallel ?? open.settings.maxParallelTables };
    const backfill = this.backfill(flags);
    if (isPlan && backfill !== undefined) return await backfillOutcome(settings, tables, backfill, open.ports.source!, notes);
    if (isPlan) return { ...(await previewOutcome(settings, tables, { source: open.ports.source!, watermarks: open.ports.watermarks })), ...(flags.json ? { warnings: notes } : {}) };

    const surroundings: RunSurroundings = { now: () => new Date(), newWriteId: randomUUID };
    const id = runId(surroundings.now(), randomBytes(4));
    await using readers = await RunReaders.open({ isShown, isEventLines: flags.events, isMeasured: flags['metrics-file'] !== undefined, logger });
    const context = { runId: id, pipeline: pipeline.identity };
    const { syncPipeline } = await import('@tidemark/sync-engine/engine');
    const run = await withLogContext(context, () =>
      syncPipeline(
        {
          runId: id, settings, tables, stages, limit: limitOf(flags), requeue: flags.requeue, ...(backfill === undefined ? {} : { backfill }), allowRebuild: flags['allow-rebuild'], adoptTable: flags['adopt-table'], dedupeTarget: flags['dedupe-target'], context: contextOf(pipeline, stages), signal, emit: readers.report, logger, surroundings,
          aroundTable: (table: ResolvedTable, work) => withLogContext({ ...context, table: table.scopedName }, work),
        },
        this.ports(open.ports),
      ),
    );
    readers.close();
    const result = await this.#mark({ ...run, warnings: [...notes, ...run.warnings] }, pipeline, logger);
    if (flags['json-output'] !== undefined) await writeResult(flags['json-output'], result);
    if (flags['metrics-file'] !== undefined) await writeWhole(flags['metrics-file'], await readers.metrics(result));
    return { text: resultText(result), result, document: result, exitCode: result.exit_code };
  }

  /** Tells orchestrators how the run ended, where the pipeline has a place for it. */
  async #mark(result: RunResult, pipeline: LoadedPipeline, logger: Logger): Promise<RunResult> {
    using markers = await openMarkers(pipeline, logger);
    if (markers === null) return result;
    try {
      await writeMarkers(completionMarkers({ prefix: markers.prefix, connection: pipeline.source.name, result }), markers.objects);
      return result;
    } catch (cause) {
      return withoutMarkers(result, cause);
    }
  }
}

/** With chunks, the limit is the size of one. */
function limitOf({ limit, 'max-chunks': chunks = 1 }: SyncFlags): number | null {
  return limit === undefined ? null : limit * chunks;
}

function overridesOf(flags: SyncFlags, needs: readonly PipelineSide[]): ConfigFlags {
  const batchSize = flags['batch-size'] ?? (flags['max-chunks'] === undefined ? undefined : flags.limit);
  return {
    needs,
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(flags['source-db'] === undefined ? {} : { sourceDb: flags['source-db'] }),
    ...(flags['target-schema'] === undefined ? {} : { targetSchema: flags['target-schema'] }),
    ...(flags['s3-completion-bucket'] === undefined ? {} : { completionBucket: flags['s3-completion-bucket'] }),
  };
}
