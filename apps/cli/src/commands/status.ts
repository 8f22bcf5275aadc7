import { bytesText, chooseTables, countText, durationText, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type ChosenTables, type CommandOutcome } from '@tidemark/cli-kit';
import { tableStatus, type TableStatus } from '@tidemark/sync-engine/engine';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark status` */
export class Status extends TidemarkCommand {
  static override summary = 'Show every pipeline and table at a glance: last run, rows, lag, what waits, who works, what to do next.';
  static override description = 'Reads S3 only; neither database has to be reachable. The lag is that of the newest loaded row behind the present.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -p shop_pipeline --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(Status);
    const config = await loadedConfig(flags);
    const isOne = flags.pipeline !== undefined || flags.table !== undefined;
    const choices: readonly ChosenTables[] = isOne ? [chooseTables(config, flags, { needs: [] })] : config.pipelines.map((pipeline) => chooseTables(config, { pipeline }, { needs: [] }));
    const logger = this.loggerOf(flags);
    const statuses: TableStatus[] = [];
    for (const { pipeline, tables } of choices) {
      await using open = await openPipeline(pipeline, { logger, tables });
      statuses.push(...(await Promise.all(tables.map((table) => tableStatus(taskOf(pipeline, table).task, open.ports, new Date())))));
    }
    return { text: statusText(statuses), result: { tables: statuses }, warnings: choices.flatMap(({ notes }) => notes) };
  }
}

function statusText(statuses: readonly TableStatus[]): string {
  if (statuses.length === 0) return 'No pipelines.';
  const rows = statuses.map(({ pipeline, table, state, lastRun, totalRows, lagSeconds, awaitingLoad, holder }) => [
    pipeline, table, state.replaceAll('_', ' '), lastRun === null ? null : lastRun.at.slice(0, 19).replace('T', ' '), totalRows, lagSeconds === null ? null : durationText(lagSeconds),
    awaitingLoad.files === 0 ? '-' : `${countText(awaitingLoad.files)} files, ${bytesText(awaitingLoad.bytes)}`, holder === null ? null : `${holder.runId} on ${holder.host}`,
  ] as const);
  const actions = statuses.flatMap(({ table, error, nextAction }) => (nextAction === null ? [] : [`${table}: ${error === null ? '' : `${error.code}; `}${nextAction}`]));
  return [textTable(['pipeline', 'table', 'state', 'last run (UTC)', 'rows', 'lag', 'awaiting load', 'held by'], rows), ...(actions.length === 0 ? [] : ['', 'Next:', ...actions])].join('\n');
}
