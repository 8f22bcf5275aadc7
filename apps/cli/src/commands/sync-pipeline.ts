import { randomBytes, randomUUID } from 'node:crypto';
import { Flags, type Interfaces } from '@oclif/core';
import { chooseTables, commandError, errorText, failureDocument, Interruption, loadedConfig, PIPELINE_FLAGS, progressReporter, quietReporter, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import type { ConfigFlags, PipelineSide, ResolvedTable } from '@tidemark/config';
import type { TidemarkError } from '@tidemark/domain';
import { runId } from '@tidemark/layout';
import { previewTables, runExitCode, syncPipeline, type RunSurroundings, type SyncPorts, type SyncStages, type TablePreview } from '@tidemark/sync-engine/engine';
import { openPipeline, type OpenPipeline } from '@tidemark/sync-engine/wiring';
import { contextLines, contextOf } from '../run-context.ts';
import { previewText, resultText } from '../run-text.ts';
import { writeResult } from '../write-result.ts';

/** The databases that a run connects to. */
const NEEDS: Readonly<Record<SyncStages, readonly PipelineSide[]>> = { both: ['source', 'target'], 'backup-only': ['source'], 'redshift-only': ['target'] };

type SyncFlags = Interfaces.InferredFlags<typeof SyncPipeline.flags & typeof SyncPipeline.baseFlags>;

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
    const file = flags['json-output'];
    try {
      return await this.#sync(flags);
    } catch (cause) {
      if (file !== undefined) await writeResult(file, failureDocument(commandError(cause)));
      throw cause;
    }
  }

  async #sync(flags: SyncFlags): Promise<CommandOutcome> {
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
    await using open = await openPipeline(pipeline, { logger, tables });
    if (flags['dry-run']) {
      return { ...(await this.#preview(open, tables)), ...(flags.json ? { warnings: notes } : {}) };
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

  /** Plans every table; one that cannot be planned does not hide the findings of the others. */
  async #preview(open: OpenPipeline, tables: readonly ResolvedTable[]): Promise<CommandOutcome> {
    const previews: TablePreview[] = [];
    const failures: { readonly table: string; readonly error: TidemarkError }[] = [];
    for (const table of tables) {
      try {
        previews.push(...(await previewTables(open.settings, [table], open.ports.source!)));
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

  /** The ports that the run uses. A test puts crashes around them. */
  protected ports(ports: SyncPorts): SyncPorts {
    return ports;
  }
}
