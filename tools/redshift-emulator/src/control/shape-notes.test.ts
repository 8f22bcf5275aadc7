import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { noteShapes, shapesReport } from './shape-notes.ts';

const statement = (kind: string, sql: string, error?: string) => ({ queryId: 1, sessionId: 1, pid: 1, user: 'u', startedAt: new Date(), kind, sql, ...(error === undefined ? {} : { error }) });

test('several emulators write to one file, and the report adds them up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shapes-'));
  const file = join(folder, 'shapes.jsonl');
  try {
    noteShapes([statement('begin', 'BEGIN')]);
    vi.stubEnv('REDSHIFT_EMULATOR_SHAPES', file);
    noteShapes([statement('begin', 'BEGIN'), statement('select', 'SELECT 1')]);
    noteShapes([statement('select', 'SELECT 2', '57014 cancelled'), statement('commit', 'COMMIT')]);
    expect(shapesReport(file).split('\n')).toEqual(['3 shapes', 'begin\t1\t0\tBEGIN', 'commit\t1\t0\tCOMMIT', 'select\t2\t1\tSELECT 0']);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});
