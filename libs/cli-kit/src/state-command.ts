import { randomBytes, randomUUID } from 'node:crypto';
import { Flags } from '@oclif/core';
import type { LoadedPipeline, ResolvedTable } from '@tidemark/config';
import type { LoadMode, Logger } from '@tidemark/domain';
import { runId } from '@tidemark/layout';
import type { EpochRequest, PipelineSettings, StagedLoad, StateChange, StateRequest, SyncPorts } from '@tidemark/sync-engine/engine';
import { CliError } from './errors.ts';
import { confirm } from './confirmation.ts';
import { stopped } from './interruption.ts';
import { PIPELINE_FLAGS, taskOf, type ChosenTables } from './pipeline-choice.ts';
import { printable } from './printable.ts';
import type { CommandOutcome } from './tidemark-command.ts';

/** Flags of commands that change a table's state. */
export const STATE_FLAGS = {
  ...PIPELINE_FLAGS,
  yes: Flags.boolean({ summary: 'Do not ask.' }),
  'dry-run': Flags.boolean({ summary: 'Say what would be done; change nothing.' }),
};

/** Flags of commands that begin an epoch. */
export const EPOCH_FLAGS = {
  ...STATE_FLAGS,
  'preserve-files': Flags.boolean({ summary: 'Load what is staged first; else it never loads.' }),
  'accept-duplicates': Flags.boolean({ summary: 'In append mode: rows that are read again may stand in the target twice.' }),
};

export interface StateFlags {
  readonly yes: boolean;
  readonly 'dry-run': boolean;
  readonly table?: readonly string[] | undefined;
}

export interface EpochFlags extends StateFlags {
  readonly 'preserve-files'?: boolean;
  readonly 'accept-duplicates'?: boolean;
}

/** One table whose state is changed, and with what. */
export interface StateWork {
  readonly table: ResolvedTable;
  readonly request: StateRequest;
  readonly ports: SyncPorts;
  readonly settings: PipelineSettings;
  readonly logger: Logger;
}

export interface StateCommand<T> {
  readonly flags: StateFlags;
  readonly chosen: ChosenTables;
  /** The pipeline's ports. */
  readonly open: { readonly ports: SyncPorts; readonly settings: PipelineSettings };
  readonly logger: Logger;
  /** Aborts when the command is told to end. */
  readonly signal: AbortSignal;
  /** Asked before anything is changed; null for what destroys nothing. */
  readonly question: ((tables: string) => string) | null;
  /** One call into the engine. */
  readonly change: (work: StateWork) => Promise<T>;
  /** What was done, or would be, for a person and for `--json`. */
  readonly tell: (table: string, done: T) => { readonly text: string; readonly result: object };
}

/** @throws CliError `CLI_USAGE` unless tables are named: state is never changed of tables that nobody named */
export function requireTables(flags: { readonly table?: readonly string[] | undefined }): void {
  if (flags.table === undefined) throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name each table with -t.'] });
}

/**
 * Changes the state of tables, one after the other: shows what would be done, asks, does it. With `--dry-run` it ends after the first,
 * with `--yes` it does only the last.
 */
export async function changeState<T>({ flags, chosen, open, logger, signal, question, change, tell }: StateCommand<T>): Promise<CommandOutcome> {
  const { pipeline, tables, notes } = chosen;
  const each = async (isDryRun: boolean): Promise<readonly { readonly text: string; readonly result: object }[]> => {
    const told: { readonly text: string; readonly result: object }[] = [];
    for (const [index, table] of tables.entries()) {
      try {
        told.push(tell(table.scopedName, await change({ table, request: stateRequest(pipeline, table, open.settings, signal, isDryRun), ports: open.ports, settings: open.settings, logger })));
      } catch (cause) {
        throw stopped(cause, signal, whereStopped(tables.map(({ scopedName }) => scopedName), index, isDryRun));
      }
    }
    return told;
  };
  const outcome = (told: Awaited<ReturnType<typeof each>>): CommandOutcome => ({
    text: told.map(({ text }) => text).join('\n'),
    result: { dry_run: Boolean(flags['dry-run']), tables: told.map(({ result }) => result) },
    warnings: notes,
  });
  if (flags['dry-run']) return outcome(await each(true));
  if (question !== null && !flags.yes) {
    if (process.stdin.isTTY) process.stderr.write(`${printable((await each(true)).map(({ text }) => text).join('\n'))}\n`);
    await confirm(question(tables.map((table) => table.scopedName).join(', ')), false);
  }
  return outcome(await each(false));
}

/** What a command that was told to end has done, and what to look at. */
function whereStopped(tables: readonly string[], index: number, isDryRun: boolean): string {
  if (isDryRun) return 'Nothing was changed.';
  const [done, left] = [tables.slice(0, index), tables.slice(index + 1)];
  return [
    done.length === 0 ? '' : `${done.join(', ')}: done. `,
    `${tables[index]}: stopped at work; what it had begun is whole, or the next run or command settles it.`,
    left.length === 0 ? '' : ` ${left.join(', ')}: not begun.`,
  ].join('');
}

function stateRequest(pipeline: LoadedPipeline, table: ResolvedTable, settings: PipelineSettings, signal: AbortSignal, isDryRun: boolean): StateRequest {
  return { ...taskOf(pipeline, table), mode: configuredMode(table), runId: runId(new Date(), randomBytes(4)), leaseWaitMs: settings.leaseWaitMs, signal, isDryRun, surroundings: { now: () => new Date(), newWriteId: randomUUID } };
}

/** How a table's batches are loaded, as far as the configuration says; null where its key decides. */
export function configuredMode(table: ResolvedTable): LoadMode | null {
  return table.loadMode ?? (table.reading.strategy === 'full_sync' ? 'replace' : null);
}

/** The request of a change that begins an epoch. */
export function epochRequest({ request, table, settings, logger }: StateWork, flags: EpochFlags): EpochRequest {
  const preserve: StagedLoad | null = flags['preserve-files'] === true ? { settings, table, logger, emit: () => undefined } : null;
  return { ...request, acceptDuplicates: flags['accept-duplicates'] === true, preserve };
}

/** What every new epoch has to say. */
export function epochResult(table: string, { before, after, droppedBatches, isDryRun }: StateChange): Readonly<Record<string, unknown>> {
  return { table, dry_run: isDryRun, epoch_before: before?.epoch ?? null, epoch: after.epoch, position_before: before?.loaded_through.position ?? null, position: after.loaded_through.position, dropped_batches: droppedBatches };
}

/** `SHOP_RO:sales.orders: epoch 3 begins, reading on after id 7; 2 staged batches will never load: …` */
export function epochText(table: string, { after, droppedBatches, isDryRun }: StateChange, where: string): string {
  const dropped = droppedBatches.length === 0 ? '' : ` ${droppedBatches.length} staged ${droppedBatches.length === 1 ? 'batch' : 'batches'} ${isDryRun ? 'would' : 'will'} never load: ${droppedBatches.join(', ')}.`;
  return `${table}: epoch ${after.epoch} ${isDryRun ? 'would begin' : 'begins'}, ${where}.${dropped}`;
}
