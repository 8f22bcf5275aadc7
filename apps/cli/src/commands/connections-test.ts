import { Flags } from '@oclif/core';
import { CliError, loadedConfig, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { checkConnection, type ConnectionReport } from '@tidemark/sync-engine/wiring';
import { chooseConnections, CONNECTION_ARGS, knownConnections, TYPE_FLAG } from '../connections/choose-connections.ts';
import { exitCodeOf, reportText } from '../connections/report-text.ts';

/** `tidemark connections test` */
export class ConnectionsTest extends TidemarkCommand {
  static override summary = 'Test connections through their tunnels: how far each one got, and what a run would miss.';
  static override examples = ['<%= config.bin %> <%= command.id %> SHOP_RO', '<%= config.bin %> <%= command.id %> SHOP_RO dw', '<%= config.bin %> <%= command.id %> --all', '<%= config.bin %> <%= command.id %> --type redshift'];
  static override args = CONNECTION_ARGS;
  static override flags = { ...TYPE_FLAG, all: Flags.boolean({ summary: 'Test every connection.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConnectionsTest);
    const config = await loadedConfig(flags);
    if (args.name.length === 0 && !flags.all && flags.type === undefined) {
      throw new CliError('CLI_USAGE', { message: 'No connection is named.', remedy: [`Name one of ${knownConnections(config).map(({ name }) => name).join(', ')}, or add --all.`] });
    }
    const logger = this.loggerOf(flags);
    const reports: ConnectionReport[] = [];
    for (const { kind, name } of chooseConnections(config, args.name, flags.type)) reports.push(await checkConnection(config, kind, name, logger));
    return { text: reports.map(reportText).join('\n\n'), result: { connections: reports }, exitCode: exitCodeOf(reports) };
  }
}
