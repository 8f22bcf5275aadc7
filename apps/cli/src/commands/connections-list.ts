import { loadedConfig, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { chooseConnections, TYPE_FLAG } from '../connections/choose-connections.ts';
import { connectionFacts } from '../connections/connection-facts.ts';

/** `tidemark connections list` */
export class ConnectionsList extends TidemarkCommand {
  static override summary = 'List the connections of the configuration. Connects to nothing.';
  static override examples = ['<%= config.bin %> <%= command.id %> --env qa', '<%= config.bin %> <%= command.id %> --type mysql --json'];
  static override flags = { ...TYPE_FLAG };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ConnectionsList);
    const config = await loadedConfig(flags);
    const facts = chooseConnections(config, [], flags.type).map((connection) => connectionFacts(config, connection));
    const rows = facts.map(({ name, type, settings, pipelines, error }) => [name, type, settings['address'] ?? error?.message ?? '', settings['tunnel'] ?? '', pipelines.join(', ')]);
    return { text: textTable(['connection', 'type', 'address', 'tunnel', 'pipelines'], rows), result: { connections: facts } };
  }
}
