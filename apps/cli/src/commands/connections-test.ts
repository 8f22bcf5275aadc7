import { Flags } from '@oclif/core';
import { chooseTables, CliError, loadedConfig, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import type { LoadedConfig } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import { checkConnection, validateLive, type ConnectionReport } from '@tidemark/sync-engine/wiring';
import { chooseConnections, CONNECTION_ARGS, knownConnections, TYPE_FLAG } from '../connections/choose-connections.ts';
import { liveText } from '../config/live-text.ts';
import { exitCodeOf, reportText } from '../connections/report-text.ts';

/** `tidemark connections test` */
export class ConnectionsTest extends TidemarkCommand {
  static override summary = 'Test connections through their tunnels: how far each one got, and what a run would miss.';
  static override examples = ['<%= config.bin %> <%= command.id %> SHOP_RO', '<%= config.bin %> <%= command.id %> SHOP_RO dw', '<%= config.bin %> <%= command.id %> --all', '<%= config.bin %> <%= command.id %> --type redshift', '<%= config.bin %> <%= command.id %> -p shop_pipeline'];
  static override args = CONNECTION_ARGS;
  static override flags = {
    ...TYPE_FLAG,
    all: Flags.boolean({ summary: 'Test every connection.' }),
    pipeline: Flags.string({ char: 'p', helpValue: 'NAME', exclusive: ['all', 'type'], summary: 'Test the connections of this pipeline, and whether each of its tables can be read.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConnectionsTest);
    const config = await loadedConfig(flags);
    if (flags.pipeline !== undefined) return this.#ofPipeline(config, flags.pipeline, args.name, this.loggerOf(flags));
    if (args.name.length === 0 && !flags.all && flags.type === undefined) {
      throw new CliError('CLI_USAGE', { message: 'No connection is named.', remedy: [`Name one of ${knownConnections(config).map(({ name }) => name).join(', ')}, or add --all or -p PIPELINE.`] });
    }
    const logger = this.loggerOf(flags);
    const reports: ConnectionReport[] = [];
    for (const { kind, name } of chooseConnections(config, args.name, flags.type)) reports.push(await checkConnection(config, kind, name, logger));
    return { text: reports.map(reportText).join('\n\n'), result: { connections: reports }, exitCode: exitCodeOf(reports) };
  }

  async #ofPipeline(config: LoadedConfig, name: string, names: readonly string[], logger: Logger): Promise<CommandOutcome> {
    if (names.length > 0) throw new CliError('CLI_USAGE', { message: 'Connections and a pipeline are named.', remedy: ['Name connections, or a pipeline with -p, which has its own.'] });
    const { pipeline } = chooseTables(config, { pipeline: name });
    const live = await validateLive(config, pipeline, logger);
    const { connections, tables } = live;
    const exitCode = exitCodeOf(connections) || live.exitCode;
    return { text: [...connections.map(reportText), liveText({ connections: [], tables, exitCode })].join('\n\n'), result: { connections, tables }, exitCode };
  }
}
