import { isTidemarkError, silentLogger, type RunResult } from '@tidemark/domain';
import type { MemoryStore } from '@tidemark/s3-store/testing';
import fc from 'fast-check';
import { discardBatches } from '../../src/engine/state/discard-batches.ts';
import { repairWatermark } from '../../src/engine/state/repair-watermark.ts';
import { resetWatermark } from '../../src/engine/state/reset-watermark.ts';
import { restageBatches } from '../../src/engine/state/restage-batches.ts';
import { rollbackWatermark } from '../../src/engine/state/rollback-watermark.ts';
import { MEMORY_SETTINGS, MEMORY_TABLE, type MemoryWorld, type ProcessOptions, type RunOptions } from '../../src/testing/index.ts';
import type { Variant } from './variants.ts';

/** What a process is sent for. */
export type Errand =
  | { readonly do: 'sync'; readonly stages: 'both' | 'backup-only' | 'redshift-only'; readonly limit: number | null }
  | { readonly do: 'backfill'; readonly by: number; readonly from: number; readonly length: number }
  | { readonly do: 'requeue' | 'clean' | 'clean orphans' | 'reset' | 'rollback' | 'discard' | 'restage' | 'repair' };

/** How a process ended. */
export interface Ended {
  /** 0, or 20 when rows are set aside: it ended well. */
  readonly exit: number;
  readonly code: string | null;
  readonly message: string;
  readonly isLimited: boolean;
}

export const anyErrand: fc.Arbitrary<Errand> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      stages: fc.constantFrom('both' as const, 'both' as const, 'both' as const, 'backup-only' as const, 'redshift-only' as const),
      limit: fc.option(fc.integer({ min: 1, max: 15 }), { freq: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('backfill' as const), by: fc.nat(2), from: fc.nat(20), length: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constantFrom('requeue' as const, 'clean' as const, 'clean orphans' as const, 'reset' as const, 'rollback' as const, 'discard' as const, 'restage' as const, 'repair' as const) }) },
);

export interface ErrandOptions extends ProcessOptions {
  /** What a cleaning removes things from; the world's store without it. */
  readonly objects?: MemoryStore;
  /** Younger things stay when a table is cleaned. */
  readonly olderThanMs: number;
}

/** Goes on an errand as a process of its own; never throws for what the process tells. */
export async function goOn(errand: Errand, world: MemoryWorld, { reading, table: settings, backfills }: Variant, options: ErrandOptions): Promise<Ended> {
  const table = { ...MEMORY_TABLE, ...settings, reading };
  const mode = table.loadMode;
  const { objects, olderThanMs, ...process } = options;
  const sync = async (more: RunOptions): Promise<Ended> => endOf(await world.sync({ reading, table: settings, ...process, ...more }));
  const engine = { settings: MEMORY_SETTINGS, table, logger: silentLogger, emit: () => undefined };
  switch (errand.do) {
    case 'sync': return sync({ stages: errand.stages, ...(errand.limit === null || errand.stages === 'redshift-only' ? {} : { limit: errand.limit }) });
    case 'requeue': return sync({ requeue: true });
    case 'backfill': {
      const by = backfills[errand.by % backfills.length];
      if (by === undefined) return sync({});
      if (by === 'hours') return sync({ backfill: { by, hours: 1 } });
      if (by === 'id') return sync({ backfill: { by, from: String(errand.from), to: errand.length > 30 ? null : String(errand.from + errand.length) } });
      const now = Date.parse(`${world.source.nowText.replace(' ', 'T').slice(0, 19)}Z`);
      const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
      return sync({ backfill: { by, from: at(-errand.length), to: errand.from > 10 ? null : at(errand.from - errand.length) } });
    }
    case 'clean':
    case 'clean orphans': return told(() => world.clean(errand.do === 'clean' ? 'loaded' : 'orphans', { ...process, olderThanMs, ...(objects === undefined ? {} : { objects }) }));
    case 'reset': return told(() => world.command((request, ports) => resetWatermark({ ...request, mode, isForced: false }, ports), process));
    case 'rollback': return told(() => world.command((request, ports) => rollbackWatermark({ ...request, mode, toEpoch: null }, ports), process));
    case 'discard': return told(() => world.command((request, ports) => discardBatches({ ...request, mode, batchId: null, isWrittenOff: false }, ports), process));
    case 'restage': return told(() => world.command((request, ports) => restageBatches({ ...request, ...engine, mode, batchId: null }, ports), process));
    case 'repair': return told(() => world.command((request, ports) => repairWatermark({ ...request, mode }, ports), process));
  }
}

function endOf({ exit_code: exit, error, table_results: results }: RunResult): Ended {
  const [table] = Object.values(results);
  return { exit, code: error?.code ?? table?.error_code ?? null, message: error?.message ?? table?.error_message ?? '', isLimited: table?.limited ?? false };
}

async function told(work: () => Promise<unknown>): Promise<Ended> {
  try {
    await work();
    return { exit: 0, code: null, message: '', isLimited: false };
  } catch (error) {
    return isTidemarkError(error) ? { exit: error.exit, code: error.code, message: error.message, isLimited: false } : { exit: 70, code: null, message: String(error), isLimited: false };
  }
}
