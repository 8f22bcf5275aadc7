import { loadedConfig, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';

/** `tidemark config list-pipelines` */
export class ConfigListPipelines extends TidemarkCommand {
  static override summary = 'List the pipelines of the configuration.';
  static override description = 'Reads files only; variables need not be set.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ConfigListPipelines);
    const { outlines } = await loadedConfig(flags);
    const pipelines = outlines.map(({ identity, alias, file, source, target, tables, isStrict }) => ({ pipeline: identity, alias, source, target, tables, strict_tables: isStrict, file }));
    const text =
      pipelines.length === 0
        ? 'No pipelines.'
        : textTable(['pipeline', 'alias', 'source', 'target', 'tables', 'file'], pipelines.map(({ pipeline, alias, source, target, tables, file }) => [pipeline, alias, source, target, tables.length, file]));
    return { text, result: { pipelines } };
  }
}
