import { randomBytes, randomUUID } from 'node:crypto';
import { Flags } from '@oclif/core';
import { chooseTables, Interruption, loadedConfig, PIPELINE_FLAGS, progressReporter, quietReporter, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import type { ConfigFlags, PipelineSide } from '@tidemark/config';
import { runId } from '@tidemark/layout';
import { previewTables, syncPipeline, type RunSurroundings, type SyncPorts, type SyncStages } from '@tidemark/sync-engine/engine';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { contextLines, contextOf } from '../run-context.ts';
import { previewText, resultText } from '../run-text.ts';
import { writeResult } from '../write-result.ts';

/** The databases that a run connects to. */
const NEEDS: Readonly<Record<SyncStages, readonly PipelineSide[]>> = { both: ['source', 'target'], 'backup-only': ['source'], 'redshift-only': ['target'] };

/** `tidemark sync pipeline`: the main job. */
export class SyncPipeline extends TidemarkCommand {
  static override summary = 'Move the tables of a pipeline from MySQL to Redshift.';
  static override description = 'Goes on where the last run stopped. Running it again after any failure is safe: no row is lost and none is loaded twice.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -p shop_pipeline',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --dry-run',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline --backup-only --limit 100000',
  ];
  static override flags = {
    ...PIPELINE_FLAGS,
    limit: Flags.integer({ min: 1, helpValue: 'N', summary: 'Read at most N rows per table; the next run goes on after them.' }),
    'batch-size': Flags.integer({ min: 1, helpValue: 'N', summary: 'Rows per batch, above every configured value.' }),
    'backup-only': Flags.boolean({ exclusive: ['redshift-only'], summary: 'MySQL to S3 only; Redshift is not reached.' }),
    'redshift-only': Flags.boolean({ exclusive: ['limit', 'dry-run'], summary: 'Load what is staged; MySQL is not reached.' }),
    'dry-run': Flags.boolean({ summary: 'Show what would run and every finding; change nothing.' }),
    'source-db': Flags.string({ helpValue: 'NAME', summary: 'Read the tables from this database of the source.' }),
    'target-schema': Flags.string({ helpValue: 'NAME', summary: 'Load into this schema.' }),
    'json-output': Flags.string({ helpValue: 'FILE', summary: 'Write the run result to a file too.' }),
    'log-file': Flags.string({ helpValue: 'FILE', summary: 'Write log lines to a file.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(SyncPipeline);
    const config = await loadedConfig(flags);
    const stages: SyncStages = flags['backup-only'] ? 'backup-only' : flags['redshift-only'] ? 'redshift-only' : 'both';
    const overrides: ConfigFlags = {
      needs: flags['dry-run'] ? ['source'] : NEEDS[stages],
      ...(flags['batch-size'] === undefined ? {} : { batchSize: flags['batch-size'] }),
      ...(flags['source-db'] === undefined ? {} : { sourceDb: flags['source-db'] }),
      ...(flags['target-schema'] === undefined ? {} : { targetSchema: flags['target-schema'] }),
    };
    const { pipeline, tables, notes } = chooseTables(config, flags, overrides);
    const isShown = !flags.json && !flags.quiet;
    if (isShown) for (const line of [...notes, ...contextLines(pipeline, stages)]) this.logToStderr(line);
    const logger = this.loggerOf(flags);
    using interruption = new Interruption();
    await using open = await openPipeline(pipeline, { logger });
    if (flags['dry-run']) {
      const previews = await previewTables(open.settings, tables, open.ports.source!);
      return { text: previewText(previews), result: { tables: previews }, ...(flags.json ? { warnings: notes } : {}) };
    }
    const surroundings: RunSurroundings = { now: () => new Date(), newWriteId: randomUUID };
    const reporter = isShown ? progressReporter(process.stderr, process.env) : quietReporter;
    const id = runId(surroundings.now(), randomBytes(4));
    try {
      const run = await syncPipeline(
        { runId: id, settings: open.settings, tables, stages, limit: flags.limit ?? null, context: contextOf(pipeline, stages), signal: interruption.signal, emit: reporter.report, logger, surroundings },
        this.ports(open.ports),
      );
      reporter.close();
      const result = { ...run, warnings: [...notes, ...run.warnings] };
      if (flags['json-output'] !== undefined) await writeResult(flags['json-output'], result);
      return { text: resultText(result), result, document: result, exitCode: result.exit_code };
    } finally {
      reporter.close();
    }
  }

  /** The ports that the run uses. A test puts crashes around them. */
  protected ports(ports: SyncPorts): SyncPorts {
    return ports;
  }
}
