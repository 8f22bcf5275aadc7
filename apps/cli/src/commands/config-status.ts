import { loadedConfig, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';

/** `tidemark config status` */
export class ConfigStatus extends TidemarkCommand {
  static override summary = 'Show where the configuration lies, what is in it, and what is missing.';
  static override description = 'Reads files and environment only. Values that cannot be had are listed and are no failure here: each stops only the commands that need it.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --env staging --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ConfigStatus);
    const config = await loadedConfig(flags);
    const problems = config.validate().map(({ code, message, remedy }) => ({ code, message, remedy }));
    const sets = { sources: config.sources.names, targets: config.targets.names, s3_configs: config.s3Configs.names, pipelines: config.pipelines };
    const text = [
      `directory    ${config.directory}`,
      `environment  ${config.environment ?? 'none'}`,
      textTable(['kind', 'count', 'names'], Object.entries(sets).map(([kind, names]) => [kind, names.length, names.join(', ')])),
      '',
      ...(problems.length === 0 ? ['Every value can be had.'] : [`${problems.length === 1 ? '1 value' : `${problems.length} values`} cannot be had:`, ...problems.flatMap(({ message, remedy }) => [message, `  Try: ${remedy}`])]),
    ].join('\n');
    return { text, result: { directory: config.directory, environment: config.environment, ...sets, problems } };
  }
}
