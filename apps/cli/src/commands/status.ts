import { Flags } from '@oclif/core';
import { bytesText, chooseTables, countText, durationText, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type ChosenTables, type CommandOutcome } from '@tidemark/cli-kit';
import type { PipelineSide, ResolvedTable } from '@tidemark/config';
import { tableStatus, type TableLag, type TableStatus } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark status` */
export class Status extends TidemarkCommand {
  static override summary = 'Show every pipeline and table at a glance: last run, rows, lag, what waits, who works, what to do next.';
  static override description = 'Reads S3 only, so that neither database has to be reachable: the lag is then the age of the newest loaded row, whether the source has newer ones or not. With --live each source is asked, and the lag is the time between its newest row and the newest loaded one.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -p shop_pipeline --json', '<%= config.bin %> <%= command.id %> -t sales.orders --live'];
  static override flags = { ...PIPELINE_FLAGS, live: Flags.boolean({ summary: 'Ask the sources how far they are.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(Status);
    const config = await loadedConfig(flags);
    const needs: readonly PipelineSide[] = flags.live ? ['source'] : [];
    const { signal } = new AbortController();
    const isOne = flags.pipeline !== undefined || flags.table !== undefined;
    const choices: readonly ChosenTables[] = isOne ? [chooseTables(config, flags, { needs })] : config.pipelines.map((pipeline) => chooseTables(config, { pipeline }, { needs }));
    const logger = this.loggerOf(flags);
    const statuses: TableStatus[] = [];
    for (const { pipeline, tables } of choices) {
      await using open = await openPipeline(pipeline, { logger, tables });
      const { ports, settings } = open;
      const statusOf = (table: ResolvedTable): Promise<TableStatus> => {
        const { task, target } = taskOf(pipeline, table);
        return tableStatus(task, ports, new Date(), ports.source === null ? null : { source: ports.source, settings, table, target, signal });
      };
      statuses.push(...(await Promise.all(tables.map(statusOf))));
    }
    return { text: statusText(statuses), result: { tables: statuses }, warnings: choices.flatMap(({ notes }) => notes) };
  }
}

function statusText(statuses: readonly TableStatus[]): string {
  if (statuses.length === 0) return 'No pipelines.';
  const rows = statuses.map(({ pipeline, table, state, lastRun, totalRows, lag, awaitingLoad, holder }) => [
    pipeline, table, state.replaceAll('_', ' '), lastRun === null ? null : lastRun.at.slice(0, 19).replace('T', ' '), totalRows, lagText(lag),
    awaitingLoad.files === 0 ? '-' : `${countText(awaitingLoad.files)} files, ${bytesText(awaitingLoad.bytes)}`, holder === null ? null : `${holder.runId} on ${holder.host}`,
  ] as const);
  const lags = statuses.map(({ lag }) => lag).filter((lag) => lag !== null);
  const unreachable = statuses.flatMap(({ table, lag }) => (lag === null || lag.error === null ? [] : [`${table}: the source did not tell: ${lag.error.code}: ${lag.error.message}`]));
  const remarks = [...(lags.some(({ source, seconds }) => source === 'not_asked' && seconds !== null) ? ['Lag: the age of the newest loaded row; the source was not asked, --live asks it.'] : []), ...unreachable];
  const actions = statuses.flatMap(({ table, error, nextAction }) => (nextAction === null ? [] : [`${table}: ${error === null ? '' : `${error.code}; `}${nextAction}`]));
  return [textTable(['pipeline', 'table', 'state', 'last run (UTC)', 'rows', 'lag', 'awaiting load', 'held by'], rows), ...remarks, ...(actions.length === 0 ? [] : ['', 'Next:', ...actions])].join('\n');
}

/** What the time is measured by is said where it is not the source. */
function lagText(lag: TableLag | null): string | null {
  if (lag === null || lag.seconds === null) return lag?.source === 'unreachable' ? 'source unreachable' : null;
  const time = durationText(lag.seconds);
  if (lag.measured === 'last_load') return `${time} since the last load`;
  if (lag.measured === 'newest_source_row') return time;
  return lag.source === 'unreachable' ? `${time} old, source unreachable` : `${time} old`;
}
