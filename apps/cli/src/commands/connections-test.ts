import { Args, Flags } from '@oclif/core';
import { loadedConfig, TidemarkCommand, textTable, CliError, type CommandOutcome } from '@tidemark/cli-kit';
import { testConnection, type ConnectionKind, type ConnectionReport } from '@tidemark/sync-engine/wiring';

/** `tidemark connections test` */
export class ConnectionsTest extends TidemarkCommand {
  static override summary = 'Test connections, and say how far each one got.';
  static override examples = ['<%= config.bin %> <%= command.id %> SHOP_RO', '<%= config.bin %> <%= command.id %> --all'];
  static override args = { name: Args.string({ description: 'A source, a target or an S3 configuration.' }) };
  static override flags = {
    all: Flags.boolean({ summary: 'Test every connection.' }),
    type: Flags.string({ options: ['mysql', 'redshift', 's3'], summary: 'Test connections of this type only.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConnectionsTest);
    const config = await loadedConfig(flags);
    const known = ([['mysql', config.sources], ['redshift', config.targets], ['s3', config.s3Configs]] as const).flatMap(([kind, set]) => set.names.map((name) => ({ kind, name })));
    const chosen = known.filter(({ kind, name }) => (flags.type === undefined || kind === flags.type) && (args.name === undefined || name === args.name));
    if (args.name === undefined && !flags.all && flags.type === undefined) throw new CliError('CLI_USAGE', { message: 'No connection is named.', remedy: [`Name one of ${known.map(({ name }) => name).join(', ')}, or add --all.`] });
    if (chosen.length === 0) throw new CliError('CLI_USAGE', { message: `There is no connection ${args.name ?? flags.type ?? ''}.`, remedy: [`The connections are: ${known.map(({ name }) => name).join(', ')}.`] });
    const logger = this.loggerOf(flags);
    const reports: ConnectionReport[] = [];
    for (const { kind, name } of chosen) reports.push(await testConnection(config, kind satisfies ConnectionKind, name, logger));
    const failed = reports.find((report) => report.error !== null);
    const text = reports
      .map((report) => [`${report.name} (${report.kind})`, textTable(['step', 'result'], report.steps.map((step) => [step.name, step.detail])), ...(report.error === null ? [] : [`failed: ${report.error.message}`, ...report.error.remedy.map((step) => `Try: ${step}`)])].join('\n'))
      .join('\n\n');
    return { text, result: { connections: reports }, exitCode: failed?.error?.exit ?? 0 };
  }
}
