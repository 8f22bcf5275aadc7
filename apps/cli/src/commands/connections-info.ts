import { Flags } from '@oclif/core';
import { CliError, loadedConfig, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { chooseConnections, CONNECTION_ARGS, knownConnections, TYPE_FLAG } from '../connections/choose-connections.ts';
import { connectionFacts } from '../connections/connection-facts.ts';

/** `tidemark connections info` */
export class ConnectionsInfo extends TidemarkCommand {
  static override summary = 'Show what the configuration says of connections, secrets hidden. Connects to nothing.';
  static override examples = ['<%= config.bin %> <%= command.id %> SHOP_RO', '<%= config.bin %> <%= command.id %> --all --json'];
  static override args = CONNECTION_ARGS;
  static override flags = { ...TYPE_FLAG, all: Flags.boolean({ summary: 'Show every connection.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConnectionsInfo);
    const config = await loadedConfig(flags);
    if (args.name.length === 0 && !flags.all && flags.type === undefined) {
      throw new CliError('CLI_USAGE', { message: 'No connection is named.', remedy: [`Name one of ${knownConnections(config).map(({ name }) => name).join(', ')}, or add --all.`] });
    }
    const facts = chooseConnections(config, args.name, flags.type).map((connection) => connectionFacts(config, connection));
    const text = facts.map(({ name, type, settings, pipelines, error }) =>
      [`${name} (${type})`, textTable(['setting', 'value'], [...Object.entries(settings), ['pipelines', pipelines.length === 0 ? 'none' : pipelines.join(', ')]]), ...(error === null ? [] : [error.message])].join('\n'),
    );
    return { text: text.join('\n\n'), result: { connections: facts } };
  }
}
