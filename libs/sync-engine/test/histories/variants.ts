import type { ResolvedReading, ResolvedTable } from '@tidemark/config';
import type { PromiseCell } from '../../src/engine/promises.ts';
import { MEMORY_TABLE } from '../../src/testing/index.ts';

/** Settings with which a cell of the table of promises is lived through. */
export interface Variant {
  readonly name: string;
  readonly reading: ResolvedReading;
  readonly table: Partial<Omit<ResolvedTable, 'reading'>>;
  /** Rows without a time: there are none, they are read, or they are left out. */
  readonly undated: 'none' | 'read' | 'left out';
  /** The source keeps whole seconds, in which rows can change several times. */
  readonly keepsSeconds: boolean;
  /** What is done about rows that are committed late. */
  readonly late: 'lookback' | 'guard' | 'accept';
  /** Ranges by which a backfill can be asked for. */
  readonly backfills: readonly ('time' | 'id' | 'hours')[];
  /** Rows that cannot be represented may be set aside. */
  readonly setsAside: boolean;
}

/** Longer than any transaction of a history stays open, in seconds. */
export const LONGEST_TRANSACTION_SECONDS = 45;

const LOOKBACK = { lookbackMs: 60_000, lateCommits: 'lookback' } as const;
const GUARD = { lookbackMs: null, lateCommits: 'guard' } as const;
const ACCEPT = { lookbackMs: null, lateCommits: 'accept' } as const;
const TIME = { timestampColumn: null, timestampFormat: 'datetime', lagMs: 1000, nullCursor: 'fail', additionalWhere: null } as const;
const HYBRID = { strategy: 'hybrid', idColumn: null, ...TIME } as const;
const TICKS = { strategy: 'timestamp_only', ...TIME } as const;
const IDS = { strategy: 'id_only', idColumn: null, additionalWhere: null } as const;
const QUERY = { strategy: 'custom_sql', ...TIME, timestampColumn: 'updated_at', idColumn: 'id', idLookback: null } as const;

const SELECTED = 'select `id`, `updated_at`, `state` from `sales`.`orders`';
const BY_TIME = `${SELECTED} where \`updated_at\` >= :last_timestamp and \`updated_at\` < :until_timestamp`;

/** Small batches: histories are short. */
const SMALL = { ...MEMORY_TABLE.processing, batchSize: 3, loadTargetBytes: 400, queryTimeoutMs: 0 };
const USUAL = { ...MEMORY_TABLE.processing, queryTimeoutMs: 0 };

const variant = (name: string, reading: ResolvedReading, more: Partial<Omit<Variant, 'name' | 'reading'>> = {}): Variant => ({
  name, reading, undated: 'none', keepsSeconds: false, late: 'lateCommits' in reading ? reading.lateCommits : 'accept', backfills: [], setsAside: false, ...more,
  table: { processing: USUAL, ...more.table },
});

const timed = (base: typeof HYBRID | typeof TICKS, mode: PromiseCell['mode']): readonly Variant[] => {
  const backfills = ['time', 'id', 'hours'] as const;
  return [
    variant('lookback', { ...base, ...LOOKBACK }, { backfills }),
    variant('lookback in small batches', { ...base, ...LOOKBACK }, { backfills, table: { processing: SMALL } }),
    variant('whole seconds', { ...base, ...LOOKBACK }, { backfills, keepsSeconds: true }),
    variant('guard', { ...base, ...GUARD }, { backfills }),
    variant('accept', { ...base, ...ACCEPT }, { backfills }),
    variant('rows set aside', { ...base, ...LOOKBACK }, { setsAside: true, table: { quarantineMaxRows: 50 } }),
    variant('rows without a time left out', { ...base, ...LOOKBACK, nullCursor: 'exclude' }, { undated: 'left out' }),
    ...(mode === 'merge' ? [variant('rows without a time read', { ...base, ...LOOKBACK, nullCursor: 'include' }, { undated: 'read' })] : []),
  ];
};

const HISTORY = MEMORY_TABLE.scd2;

/** The settings of a cell; the first is the plainest. Of a pair that is refused the one that is refused. */
export function variantsOf(cell: Pick<PromiseCell, 'strategy' | 'mode'>): readonly Variant[] {
  return settingsOf(cell).map((each) => ({ ...each, table: { ...each.table, loadMode: cell.mode } }));
}

function settingsOf({ strategy, mode }: Pick<PromiseCell, 'strategy' | 'mode'>): readonly Variant[] {
  switch (strategy) {
    case 'hybrid': return timed(HYBRID, mode);
    case 'timestamp_only': return timed(TICKS, mode);
    case 'id_only': return [
      variant('lookback', { ...IDS, idLookback: 1000, lateCommits: 'lookback' }, { backfills: ['id'] }),
      variant('lookback in small batches', { ...IDS, idLookback: 1000, lateCommits: 'lookback' }, { backfills: ['id'], table: { processing: SMALL } }),
      variant('guard', { ...IDS, idLookback: null, lateCommits: 'guard' }, { backfills: ['id'] }),
      variant('rows set aside', { ...IDS, idLookback: 1000, lateCommits: 'lookback' }, { setsAside: true, table: { quarantineMaxRows: 50 } }),
    ];
    case 'full_sync': return wholeVariants(mode);
    case 'custom_sql': return queryVariants(mode);
  }
}

function wholeVariants(mode: PromiseCell['mode']): readonly Variant[] {
  const whole = { strategy: 'full_sync', resumable: false, additionalWhere: null } as const;
  const table = { scd2: { ...HISTORY, effective: mode === 'scd2' ? 'snapshot' : 'cursor' } };
  return [
    variant('one snapshot', whole, { table, backfills: ['id'] }),
    variant('one snapshot in small batches', whole, { table: { ...table, processing: SMALL } }),
    variant('pages in snapshots of their own', { ...whole, resumable: true }, { table }),
    ...(mode === 'scd2'
      ? [
          variant('what is missing expires', whole, { table: { scd2: { ...table.scd2, expireMissing: true } } }),
          variant('an effective column', whole, { table: { scd2: { ...HISTORY, effective: 'updated_at' } } }),
        ]
      : []),
    ...(mode === 'replace' ? [variant('rows set aside', whole, { setsAside: true, table: { ...table, quarantineMaxRows: 50 } })] : []),
  ];
}

function queryVariants(mode: PromiseCell['mode']): readonly Variant[] {
  const keys = { mergeKeys: ['id'] };
  if (mode === 'replace') return [variant('whole', { ...QUERY, ...ACCEPT, query: SELECTED }, { table: keys })];
  return [
    variant('by time and id', { ...QUERY, ...LOOKBACK, query: BY_TIME }, { table: keys, backfills: ['time', 'id'] }),
    variant('by time and id, guarded', { ...QUERY, ...GUARD, query: BY_TIME }, { table: keys }),
    variant('by time', { ...QUERY, ...LOOKBACK, idColumn: null, query: BY_TIME }, { table: { ...keys, processing: SMALL }, backfills: ['time'] }),
    variant('rows set aside', { ...QUERY, ...LOOKBACK, query: BY_TIME }, { setsAside: true, table: { ...keys, quarantineMaxRows: 50 } }),
  ];
}
