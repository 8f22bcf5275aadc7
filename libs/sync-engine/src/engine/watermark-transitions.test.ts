import type { WatermarkDocument } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { keysetAt, manifest, pkAt, shaOf, through, watermark } from '../../test/documents.ts';
import { failedIn, firstLoadBegun, incrementsFrom, loadedThrough, stagedThrough, succeeded, type Stamp } from './watermark-transitions.ts';

const STAMP: Stamp = { runId: 'run_9', generation: 9, now: '2026-02-01T00:00:00.000Z' };
const STAMPED = { run_id: 'run_9', generation: 9, updated_at: STAMP.now };
const MARK = { column: 'updated_at', value: '2026-01-31 12:00:00' };

/** No transition may change the document that it is given. */
function frozen(document: WatermarkDocument): WatermarkDocument {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  };
  freeze(document);
  return document;
}

const fresh = frozen(watermark());

describe('stagedThrough', () => {
  test('reading goes on after the batch; rows and files count for the run that staged them', () => {
    expect(stagedThrough(manifest(1), STAMP)(fresh)).toEqual({
      ...fresh, ...STAMPED, staged_through: { seq: 1, position: pkAt(1), manifest_sha256: shaOf(1) }, schema_fingerprint: 'v1:abc',
      mysql_state: { status: 'in_progress', total_rows: 10, total_files: 1, last_session_rows: 10, last_session_run_id: 'run_1', last_updated: STAMP.now, error: null },
    });
  });

  test('the session counts one run, the total all of them', () => {
    const twice = stagedThrough(manifest(2), STAMP)(stagedThrough(manifest(1), STAMP)(fresh));
    expect(twice.mysql_state).toMatchObject({ total_rows: 20, last_session_rows: 20, total_files: 2 });
    expect(stagedThrough(manifest(3, { run_id: 'run_2' }), STAMP)(twice).mysql_state).toMatchObject({ total_rows: 30, last_session_rows: 10, last_session_run_id: 'run_2' });
  });

  test('a lookback is counted and does not move the cursor', () => {
    const before = frozen(watermark({ staged_through: through(4, keysetAt('12:00:00', 4)) }));
    const after = stagedThrough(manifest(5, { advances: false, range: { after: null, up_to: keysetAt('11:00:00', 1), below: null } }), STAMP)(before);
    expect(after.staged_through).toEqual({ seq: 5, position: keysetAt('12:00:00', 4), manifest_sha256: shaOf(5) });
    expect(after.mysql_state.total_rows).toBe(10);
  });

  test.each([1, 2])('batch %d, which is noted already, changes nothing at all', (seq) => {
    const before = frozen(watermark({ staged_through: through(2) }));
    expect(stagedThrough(manifest(seq), STAMP)(before)).toBe(before);
  });

  test('an error of an earlier attempt is cleared', () => {
    const before = failedIn('mysql_state', { code: 'X', message: 'x' }, STAMP)(fresh);
    expect(stagedThrough(manifest(1), STAMP)(before).mysql_state).toMatchObject({ status: 'in_progress', error: null });
  });
});

describe('loadedThrough', () => {
  test('the rows count for the run that loaded them, and the target is known from then on', () => {
    const before = frozen(watermark({ staged_through: through(1) }));
    expect(loadedThrough(manifest(1), STAMP, '16384')(before)).toEqual({
      ...before, ...STAMPED, loaded_through: { seq: 1, position: pkAt(1), manifest_sha256: shaOf(1) }, target_oid: '16384',
      redshift_state: { status: 'in_progress', total_rows: 10, total_files: 1, last_session_rows: 10, last_session_run_id: 'run_9', last_updated: STAMP.now, error: null },
    });
  });

  test('a target that is not told stays as it is known', () => {
    expect(loadedThrough(manifest(1), STAMP, null)(frozen(watermark({ target_oid: '16384' }))).target_oid).toBe('16384');
  });

  test('a lookback does not move the position', () => {
    const before = frozen(watermark({ loaded_through: through(4, keysetAt('12:00:00', 4)) }));
    expect(loadedThrough(manifest(5, { advances: false }), STAMP, null)(before).loaded_through).toEqual({ seq: 5, position: keysetAt('12:00:00', 4), manifest_sha256: shaOf(5) });
  });

  test('I3: a batch that is noted as loaded changes nothing', () => {
    const before = frozen(watermark({ loaded_through: through(3) }));
    expect(loadedThrough(manifest(3), STAMP, '1')(before)).toBe(before);
  });
});

describe('phases', () => {
  test('a first load begins with its mark, and nothing else is forgotten', () => {
    expect(firstLoadBegun(MARK, 'server-1', STAMP)(fresh)).toEqual({ ...fresh, ...STAMPED, phase: 'first_load', first_load_mark: MARK, source_id: 'server-1' });
  });

  test('increments begin at a position; batches stay numbered as they were', () => {
    const before = frozen(watermark({ phase: 'first_load', first_load_mark: MARK, staged_through: through(7) }));
    expect(incrementsFrom({ kind: 'tick', ...MARK }, 'server-1', STAMP)(before)).toEqual({
      ...before, ...STAMPED, phase: 'incremental', first_load_mark: null, source_id: 'server-1', staged_through: { seq: 7, position: { kind: 'tick', ...MARK }, manifest_sha256: shaOf(7) },
    });
  });

  test('increments of a table without a first load begin at the beginning', () => {
    expect(incrementsFrom(null, 'server-1', STAMP)(fresh)).toMatchObject({ phase: 'incremental', staged_through: { seq: 0, position: null } });
  });
});

describe('endings', () => {
  test.each([[true, true], [true, false], [false, true], [false, false]])('extracted %s, loaded %s: only what took part has succeeded', (extracted, loaded) => {
    const after = succeeded({ extracted, loaded }, STAMP)(failedIn('redshift_state', { code: 'X', message: 'x' }, STAMP)(fresh));
    expect(after.mysql_state.status).toBe(extracted ? 'success' : 'pending');
    expect(after.redshift_state).toMatchObject(loaded ? { status: 'success', error: null } : { status: 'failed', error: { code: 'X', message: 'x' } });
    expect(after).toMatchObject(STAMPED);
  });

  test.each(['mysql_state', 'redshift_state'] as const)('a failure is written to %s alone, counts and position stay', (stage) => {
    const before = frozen(stagedThrough(manifest(1), STAMP)(fresh));
    const after = failedIn(stage, { code: 'SOURCE_GONE', message: 'gone' }, STAMP)(before);
    expect(after).toEqual({ ...before, [stage]: { ...before[stage], status: 'failed', error: { code: 'SOURCE_GONE', message: 'gone' }, last_updated: STAMP.now } });
  });
});
