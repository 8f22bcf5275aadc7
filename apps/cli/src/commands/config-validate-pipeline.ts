import { Args, Flags } from '@oclif/core';
import { chooseTables, loadedConfig, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { liveText } from '../config/live-text.ts';
import { namedPipeline } from '../config/named-pipeline.ts';

/** `tidemark config validate-pipeline` */
export class ConfigValidatePipeline extends TidemarkCommand {
  static override summary = 'Check the configuration, and show what a pipeline comes to.';
  static override description = 'Reads files and environment only, unless --live is given.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -p shop_pipeline --live'];
  static override args = { name: Args.string({ description: 'The pipeline.' }) };
  static override flags = {
    pipeline: Flags.string({ char: 'p', helpValue: 'NAME', summary: 'The pipeline.' }),
    live: Flags.boolean({ summary: 'Connect to source, target and bucket too: tables, columns, cursors and rights.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConfigValidatePipeline);
    const config = await loadedConfig(flags);
    const { pipeline } = chooseTables(config, { pipeline: namedPipeline(config, flags.pipeline, args.name) });
    const tables = pipeline.tables.map((table) => ({
      table: table.scopedName, strategy: table.reading.strategy, mode: table.loadMode ?? 'by key', target: `${table.targetSchema}.${table.targetTable}`, batch_size: table.processing.batchSize,
    }));
    const text = [
      `${pipeline.identity} is valid: ${pipeline.source.name} to ${pipeline.target.name} through ${pipeline.s3.name}`,
      textTable(['table', 'strategy', 'mode', 'target', 'batch'], tables.map((table) => [table.table, table.strategy, table.mode, table.target, table.batch_size])),
    ].join('\n');
    const result = { pipeline: pipeline.identity, source: pipeline.source.name, target: pipeline.target.name, s3_config: pipeline.s3.name, tables };
    const warnings = config.warnings.map(({ message }) => message);
    if (!flags.live) return { text, result, warnings };
    const { validateLive } = await import('@tidemark/sync-engine/wiring');
    const live = await validateLive(config, pipeline, this.loggerOf(flags));
    return { text: `${text}\n\n${liveText(live)}`, result: { ...result, live }, warnings, exitCode: live.exitCode };
  }
}
