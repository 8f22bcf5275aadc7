import { Args, Flags } from '@oclif/core';
import { chooseTables, CliError, loadedConfig, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';

/** `tidemark config validate-pipeline` */
export class ConfigValidatePipeline extends TidemarkCommand {
  static override summary = 'Check the configuration, and show what a pipeline comes to.';
  static override description = 'Reads files and environment only; nothing is connected to.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline'];
  static override args = { name: Args.string({ description: 'The pipeline.' }) };
  static override flags = { pipeline: Flags.string({ char: 'p', helpValue: 'NAME', summary: 'The pipeline.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConfigValidatePipeline);
    const config = await loadedConfig(flags);
    const name = flags.pipeline ?? args.name;
    if (name === undefined) throw new CliError('CLI_USAGE', { message: 'No pipeline is named.', remedy: [`Add -p NAME; the pipelines are: ${config.pipelines.join(', ')}.`] });
    const { pipeline } = chooseTables(config, { pipeline: name });
    const tables = pipeline.tables.map((table) => ({
      table: table.scopedName, strategy: table.reading.strategy, mode: table.loadMode, target: `${table.targetSchema}.${table.targetTable}`, batch_size: table.processing.batchSize,
    }));
    const text = [
      `${pipeline.identity} is valid: ${pipeline.source.name} to ${pipeline.target.name} through ${pipeline.s3.name}`,
      textTable(['table', 'strategy', 'mode', 'target', 'batch'], tables.map((table) => [table.table, table.strategy, table.mode, table.target, table.batch_size])),
    ].join('\n');
    return { text, result: { pipeline: pipeline.identity, source: pipeline.source.name, target: pipeline.target.name, s3_config: pipeline.s3.name, tables } };
  }
}
