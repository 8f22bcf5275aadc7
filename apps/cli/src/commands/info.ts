import { arch, platform } from 'node:os';
import { Config } from '@oclif/core';
import { loadedConfig, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';

/** `tidemark info` */
export class Info extends TidemarkCommand {
  static override summary = 'Show this installation and the configuration that it finds.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(Info);
    const facts = {
      version: this.config.version, node: process.version, platform: `${platform()} ${arch()}`,
      plugins: [...(await Config.load(this.config.root)).plugins.values()].map(({ name, version }) => `${name} ${version}`),
    };
    const found = await loadedConfig(flags).then(
      ({ directory, environment, pipelines }) => ({ directory, environment, pipelines: pipelines.length, problem: null }),
      (error: Error) => ({ directory: null, environment: null, pipelines: 0, problem: error.message.split('\n')[0]! }),
    );
    const rows = [
      ['version', facts.version], ['node', facts.node], ['platform', facts.platform], ['plugins', facts.plugins.join(', ')],
      ['configuration', found.directory ?? found.problem], ['environment', found.environment ?? 'none'], ['pipelines', String(found.pipelines)],
    ] as const;
    return { text: textTable(['fact', 'value'], rows), result: { ...facts, configuration: found } };
  }
}
