import type { ResolvedTable } from '@tidemark/config';
import { isTidemarkError, type Position, type WatermarkDocument } from '@tidemark/domain';
import { readText } from './fix-bound.ts';
import type { SourcePort, TargetTable } from './ports.ts';
import type { PipelineSettings } from './sync-request.ts';

/** How far a table lies behind, and by what that is told. */
export interface TableLag {
  readonly seconds: number | null;
  /**
   * `newest_source_row`: behind the newest row of the source. `newest_loaded_row`: the age of the newest loaded row, whether the source has
   * newer ones or not. `last_load`: the age of the last load, where the position has no time. Null when nothing was loaded.
   */
  readonly measured: 'newest_source_row' | 'newest_loaded_row' | 'last_load' | null;
  readonly source: 'not_asked' | 'unreachable' | 'asked';
  /** The newest value of the cursor at the source; null when it was not asked, has no rows, or is read as a whole. */
  readonly newest: string | null;
  /** Why the source did not tell. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/** A source that is asked how far it is. */
export interface AskedSource {
  readonly source: SourcePort;
  readonly settings: PipelineSettings;
  readonly table: ResolvedTable;
  readonly target: TargetTable;
  readonly signal: AbortSignal;
}

/** The lag as far as the watermark tells it. Cursors are compared in UTC here: a status is a glance, no decision depends on it. */
export function lagOfWatermark({ loaded_through: { position }, redshift_state: { last_updated: loadedAt, total_rows: rows } }: WatermarkDocument, now: Date): TableLag {
  const none: TableLag = { seconds: null, measured: null, source: 'not_asked', newest: null, error: null };
  const loaded = timeMs(firstValue(position));
  if (loaded !== null) return { ...none, seconds: between(loaded, now.getTime()), measured: 'newest_loaded_row' };
  if (loadedAt === null || (position === null && rows === 0)) return none;
  return { ...none, seconds: between(Date.parse(loadedAt), now.getTime()), measured: 'last_load' };
}

/** The lag behind the source's newest row; the watermark's own where the source does not tell. Never throws for what the source does. */
export async function lagOfSource(document: WatermarkDocument, now: Date, { source, settings, table, target, signal }: AskedSource): Promise<TableLag> {
  const known = lagOfWatermark(document, now);
  try {
    // Loaded when a source is asked: a glance at what stands needs no query builder.
    const { planFromSource } = await import('./plan-from-source.ts');
    const { strategy } = await planFromSource(settings, table, target, source, signal);
    if (strategy.kind === 'snapshot') return { ...known, source: 'asked' };
    const newest = await readText(source, strategy.newest(null), signal);
    const [at, loaded] = [timeMs(newest), timeMs(firstValue(document.loaded_through.position))];
    if (newest !== null && newest === firstValue(document.loaded_through.position)) return { ...known, seconds: 0, measured: 'newest_source_row', source: 'asked', newest };
    return at === null || loaded === null ? { ...known, source: 'asked', newest } : { seconds: between(loaded, at), measured: 'newest_source_row', source: 'asked', newest, error: null };
  } catch (cause) {
    signal.throwIfAborted();
    return { ...known, source: 'unreachable', error: isTidemarkError(cause) ? { code: cause.code, message: cause.message } : { code: 'SYNC_UNEXPECTED', message: String(cause) } };
  }
}

function firstValue(position: Position | null): string | null {
  return (position?.kind === 'tick' ? position.value : position?.kind === 'keyset' ? position.values[0] : null) ?? null;
}

function timeMs(text: string | null): number | null {
  return text !== null && TIME.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : null;
}

function between(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round((toMs - fromMs) / 1000));
}
