import type { HybridReading, ResolvedScd2, ResolvedTable } from '@tidemark/config';
import type { SourceTable } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { MEMORY_TABLE, MemorySource } from '../testing/index.ts';
import { planSync } from './table-plan.ts';

const target = { schema: 'reporting', table: 'orders', workSchema: 'work' };
const source = await new MemorySource().describe('sales', 'orders');
const keyless: SourceTable = { ...source, primaryKey: [] };

const plan = (table: Partial<ResolvedTable>, of: SourceTable = source) => planSync(of, { ...MEMORY_TABLE, ...table }, target, 'UTC', null);
const history = (scd2: Partial<ResolvedScd2> = {}, table: Partial<ResolvedTable> = {}) => plan({ loadMode: 'scd2', ...table, scd2: { ...MEMORY_TABLE.scd2, ...scd2 } });
const refusal = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
};
const reading = (fields: Partial<HybridReading>): Partial<ResolvedTable> => ({ reading: { ...(MEMORY_TABLE.reading as HybridReading), ...fields } });
const whole: Partial<ResolvedTable> = { reading: { strategy: 'full_sync', resumable: false, additionalWhere: null } };

describe('the load mode', () => {
  test('is merge with a key, and append, with a word, without one', () => {
    expect(plan({ loadMode: null }).frozen).toMatchObject({ mode: 'merge', keys: ['id'] });
    const appended = plan({ loadMode: null, ...reading({ idColumn: 'id', lateCommits: 'accept' }) }, keyless);
    expect(appended.frozen.mode).toBe('append');
    expect(appended.findings.map((finding) => finding.code)).toContain('APPEND_WITHOUT_KEY');
    expect(plan({ loadMode: 'merge' }).findings.map((finding) => finding.code)).toContain('DELETES_NOT_SEEN');
    expect(plan({ loadMode: 'append' }).findings.map((finding) => finding.code)).not.toContain('DELETES_NOT_SEEN');
  });

  test.each([
    ['merge without a key', { loadMode: 'merge' as const, ...reading({ idColumn: 'id' }) }, keyless, 'which columns identify a row'],
    ['append that reads again without a key', { loadMode: 'append' as const, ...reading({ idColumn: 'id', lookbackMs: 1000, lateCommits: 'lookback' }) }, keyless, 'read once more'],
    ['append, for want of a key, of a table that may be read anew', { loadMode: null, evolveBackfill: 'auto' as const, ...reading({ idColumn: 'id', lateCommits: 'accept' }) }, keyless, 'is appended, since it has no key, and evolve_backfill: auto'],
    ['replace of what is new', { loadMode: 'replace' as const }, source, 'takes the whole table'],
  ])('%s is refused before anything is read', (_name, table, of, why) => {
    expect(refusal(() => plan(table, of))).toMatchObject({ code: 'SYNC_LOAD_MODE', exit: 10, message: expect.stringContaining(why) });
  });

  test('of the whole table is replace, and never append', () => {
    expect(plan({ loadMode: null, swap: 'rename', ...whole }).frozen).toMatchObject({ mode: 'replace', swap: 'rename' });
    expect(refusal(() => plan({ loadMode: 'append', ...whole }))).toMatchObject({ code: 'SYNC_LOAD_MODE' });
  });

  test('batches carry the statements of their table, and none that leaves the transaction', () => {
    expect(plan({ preSql: ['DELETE FROM a'], postSql: ['INSERT INTO b SELECT 1'] }).frozen).toMatchObject({ pre_sql: ['DELETE FROM a'], post_sql: ['INSERT INTO b SELECT 1'] });
    expect(plan({}).frozen).not.toHaveProperty('pre_sql');
    expect(refusal(() => plan({ postSql: ['TRUNCATE a'] }))).toMatchObject({ code: 'SYNC_OWN_SQL', exit: 10, message: expect.stringContaining('post_sql commits the transaction') });
  });
});

describe('a history', () => {
  test('follows every column but the keys and the cursor, from the time of the cursor', () => {
    expect(history().frozen.scd2).toEqual({ tracked: ['state'], effective: 'updated_at', first_valid_from: null, expire_missing: false, max_expire_percent: 5, columns: MEMORY_TABLE.scd2.columns });
    expect(history({ tracked: ['STATE', 'updated_at'], effective: 'updated_at', firstValidFrom: '1900-01-01 00:00:00' }).frozen.scd2).toMatchObject({ tracked: ['state', 'updated_at'], first_valid_from: '1900-01-01 00:00:00' });
    expect(history({ keys: ['state'] }).frozen).toMatchObject({ keys: ['state'], scd2: { tracked: ['id'] } });
    expect(history().findings.map((finding) => finding.code)).toContain('HISTORY_KEEPS_DELETED');
  });

  test('of snapshots may end what is missing, and takes their time where rows say none', () => {
    expect(history({ effective: 'snapshot', expireMissing: true, maxExpirePercent: 20 }, whole).frozen).toMatchObject({ mode: 'scd2', scd2: { effective: null, tracked: ['updated_at', 'state'], expire_missing: true, max_expire_percent: 20 } });
    expect(refusal(() => history({}, whole))).toMatchObject({ code: 'SYNC_SCD2', remedy: expect.arrayContaining(['Or use scd2.effective: snapshot.']) });
  });

  test.each([
    ['a key that is tracked', { tracked: ['id'] }, 'never changes'],
    ['a column that is not there', { tracked: ['nothing'] }, 'is not among the columns'],
    ['a snapshot that is not read', { effective: 'snapshot' }, 'reads none'],
    ['a column without a time', { effective: 'id' }, 'says no time'],
    ['keys that cannot be missed', { expireMissing: true }, 'the whole table'],
    ['a name that is taken', { columns: { ...MEMORY_TABLE.scd2.columns, hash: 'state' } }, 'two columns'],
    ['a name twice', { columns: { ...MEMORY_TABLE.scd2.columns, hash: 'valid_to' } }, 'two columns'],
  ])('with %s is refused', (_name, scd2, why) => {
    expect(refusal(() => history(scd2))).toMatchObject({ code: 'SYNC_SCD2', exit: 10, message: expect.stringContaining(why) });
  });
});
