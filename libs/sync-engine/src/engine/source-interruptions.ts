import { setTimeout as sleep } from 'node:timers/promises';
import { isTidemarkError } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import type { RequestWrapper } from './port-methods.ts';
import type { SourcePort } from './ports.ts';
import { describeRows } from './strategy-settings.ts';
import type { TableRun } from './table-run.ts';

/** Losses in a row, without a batch staged between them, after which a table is given up. */
const MAX_LOSSES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Whether the same request may be sent again: the error says so, or, after a first loss, that it may succeed later: a server that
 * restarts or a tunnel that comes back refuses connections for a while.
 */
function isPassing(error: unknown, losses: number): boolean {
  return isTidemarkError(error) && error.kind === 'source' && (error.retry === 'now' || (error.retry === 'later' && losses > 0));
}

/**
 * Gets a table's extraction over lost source connections: what was read since the last staged batch counts for nothing, and is read
 * again from there. Nothing is skipped, and tries are limited.
 */
export class SourceInterruptions {
  readonly #run: TableRun;
  readonly #signal: AbortSignal;
  #losses = 0;

  constructor(run: TableRun, signal: AbortSignal) {
    this.#run = run;
    this.#signal = signal;
  }

  /** Losses since the last progress. */
  get losses(): number {
    return this.#losses;
  }

  /** A batch was staged, or a range ended: the next loss is a first one. */
  progressed(): void {
    this.#losses = 0;
  }

  /**
   * Waits a random while after a loss.
   * @throws the error itself when it is no passing loss, or the last one that is allowed; the signal's reason when that aborts
   */
  async survive(error: unknown): Promise<void> {
    if (this.#signal.aborted || !isPassing(error, this.#losses) || this.#losses + 1 >= MAX_LOSSES) throw error;
    this.#losses += 1;
    const { table, request } = this.#run;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#losses - 1));
    const pauseMs = Math.round(longest * (0.5 + Math.random() / 2));
    request.logger.warn({ table: table.name, code: isTidemarkError(error) ? error.code : null, loss: this.#losses, pauseMs }, 'the source was lost; its range is read again');
    await (request.surroundings.pause ?? pause)(pauseMs, this.#signal);
  }

  /**
   * The server that answers must be the one that was described: behind a name there may be another, where rows have not arrived yet.
   * @throws SyncError `SYNC_SOURCE_REPLACED`
   */
  async assertSameSource(source: SourcePort, described: { readonly serverId: string }): Promise<void> {
    const { serverId } = await describeRows(source, this.#run.table);
    if (serverId === described.serverId) return;
    throw new SyncError('SYNC_SOURCE_REPLACED', {
      message: `${this.#run.table.name}: the connection to ${described.serverId} was lost, and ${serverId} answers in its place.`,
      details: { table: this.#run.table.name, expected: described.serverId, found: serverId },
    });
  }
}

/** Sends a request that gives one answer, again after a loss. Its losses are counted by themselves. */
export async function repeatRequest<T>(run: TableRun, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  const interruptions = new SourceInterruptions(run, signal);
  for (;;) {
    try {
      return await request();
    } catch (error) {
      await interruptions.survive(error);
    }
  }
}

/** Repeats the small requests to the source after a loss; a reading is repeated by who knows where it stands. */
export function repeatSourceRequests(run: TableRun, signal: AbortSignal): RequestWrapper {
  return {
    call: ({ port }, proceed) => (port === 'source' ? repeatRequest(run, signal, proceed) : proceed()),
    stream: (_request, proceed) => proceed(),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
