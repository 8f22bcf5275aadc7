import { Flags } from '@oclif/core';
import { loadedConfig, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { checkConnection, type ConnectionReport } from '@tidemark/sync-engine/wiring';
import { chooseConnections, CONNECTION_ARGS, TYPE_FLAG } from '../connections/choose-connections.ts';
import { exitCodeOf } from '../connections/report-text.ts';

/** `tidemark connections health` */
export class ConnectionsHealth extends TidemarkCommand {
  static override summary = 'Say of each connection whether it works, in one line; all of them without a name.';
  static override examples = ['<%= config.bin %> <%= command.id %> --all', '<%= config.bin %> <%= command.id %> SHOP_RO dw', '<%= config.bin %> <%= command.id %> --type s3 --json'];
  static override args = CONNECTION_ARGS;
  static override flags = { ...TYPE_FLAG, all: Flags.boolean({ summary: 'Every connection, as without a name.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConnectionsHealth);
    const config = await loadedConfig(flags);
    const logger = this.loggerOf(flags);
    const chosen = chooseConnections(config, flags.all ? [] : args.name, flags.type);
    // One that hangs does not keep the others waiting.
    const reports = await Promise.all(chosen.map(({ kind, name }) => checkConnection(config, kind, name, logger)));
    const rows = reports.map((report) => [report.name, report.kind, stateOf(report), `${report.durationMs} ms`, report.error?.message ?? report.findings.map(({ code }) => code).join(', ')]);
    const result = reports.map((report) => ({ name: report.name, kind: report.kind, state: stateOf(report), duration_ms: report.durationMs, error_code: report.error?.code ?? null, error_message: report.error?.message ?? null, findings: report.findings.map(({ code }) => code) }));
    return { text: textTable(['connection', 'type', 'state', 'time', 'what'], rows), result: { connections: result }, exitCode: exitCodeOf(reports) };
  }
}

/** `degraded`: it works, and a run would miss something. */
function stateOf({ error, findings }: ConnectionReport): 'up' | 'degraded' | 'down' {
  return error !== null ? 'down' : findings.some(({ severity }) => severity === 'error') ? 'degraded' : 'up';
}
