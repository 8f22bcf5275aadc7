import { randomBytes, randomUUID } from 'node:crypto';
import { loadConfig } from '@tidemark/config/node';
import { silentLogger, type RunResult, type SyncEvent } from '@tidemark/domain';
import { runId } from '@tidemark/layout';
import { syncPipeline } from '@tidemark/sync-engine';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/**
 * Moves what is new in one pipeline, as a service does it by itself.
 * Never throws for a table: the result says how each one ended. Running it again after any failure is safe.
 */
export async function syncOnePipeline(directory: string, name: string, signal: AbortSignal, onEvent: (event: SyncEvent) => void): Promise<RunResult> {
  const config = await loadConfig({ directory });
  const pipeline = config.pipeline(name);
  await using open = await openPipeline(pipeline, { logger: silentLogger });
  return await syncPipeline(
    {
      runId: runId(new Date(), randomBytes(4)),
      settings: open.settings,
      tables: pipeline.tables,
      stages: 'both',
      limit: null,
      context: { service: 'nightly' },
      signal,
      emit: onEvent,
      logger: silentLogger,
      surroundings: { now: () => new Date(), newWriteId: randomUUID },
    },
    open.ports,
  );
}
