import { DEFAULT_TYPE_POLICIES, planTable, redshiftTypeSql, targetType, type TypePolicies } from '@tidemark/ddl-optimizer';
import type { SourceTable, StagedColumn } from '@tidemark/domain';
import { allTypesOf } from '@tidemark/testkit';
import { describe, expect, test } from 'vitest';
import { expectedValue } from '../test/expected-value.ts';
import { recordedTables, RECORDED_POLICIES } from '../test/recorded-tables.ts';
import { readRecording, type RecordedTable } from '../test/recording.ts';
import { replayedSource } from '../test/replayed-source.ts';
import { queryOver } from '../test/staged-columns.ts';
import { vectorValues } from '../test/vector-values.ts';
import type { SourceBatch } from './ports.ts';
import { TableReader } from './table-reader.ts';

/** What a real MySQL 9 sent; it can be told from a MariaDB in every answer. */
const recording = readRecording();
const all = allTypesOf(recording.version);

interface Replay {
  readonly definition: SourceTable;
  readonly columns: readonly StagedColumn[];
  readonly rows: Readonly<Record<string, unknown>>[];
  readonly batches: readonly SourceBatch[];
}

async function replay(name: string, policies: Partial<TypePolicies> = RECORDED_POLICIES): Promise<Replay> {
  const table = recording.tables.find((recorded) => recorded.name === name) as RecordedTable;
  await using source = await replayedSource(table);
  const reader = new TableReader(source, { progressTimeoutMs: 20_000 });
  const definition = await reader.describe(recording.database, name);
  const { columns } = planTable(definition, { include: null, exclude: [], policies: { ...DEFAULT_TYPE_POLICIES, ...policies } });
  const sql = table.answers.find((answer) => answer.sql.startsWith('SELECT') && answer.sql.endsWith('ORDER BY id'))!.sql;
  const batches: SourceBatch[] = [];
  for await (const batch of reader.read(queryOver(columns, { sql }), { maxBatchRows: 7, maxBatchBytes: 1e9 }, new AbortController().signal)) batches.push(batch);
  const rows = batches.flatMap(({ batch }) => {
    const values = batch.columns.map((vector, index) => vectorValues(vector, columns[index]!));
    return Array.from({ length: batch.rowCount }, (_unused, row) => Object.fromEntries(columns.map(({ source: column }, index) => [column, values[index]![row]])));
  });
  return { definition, columns, rows, batches };
}

test('it is of a MySQL 9, and of the tables as they are made now', () => {
  expect(recording.version).toMatch(/^9\.\d+\.\d+/);
  expect(recording.tables.map(({ name }) => name)).toEqual(recordedTables(recording.version).map(({ name }) => name));
  expect(recording.tables[0]!.texts).toHaveLength(all.rows.length);
});

test('I6: every value of every type of MySQL 9 arrives as the server holds it', async () => {
  const { columns, rows } = await replay('all_types');
  const { texts } = recording.tables.find(({ name }) => name === 'all_types')!;
  const differences = rows.flatMap((row, index) =>
    columns.flatMap((column) => {
      const expected = expectedValue(column, texts[index]![column.source] ?? null, all.rows[index]!.redshift[column.source] ?? null);
      return Object.is(row[column.source], expected) ? [] : [{ column: column.source, row: index + 1, read: row[column.source], expected }];
    }),
  );
  expect(differences).toEqual([]);
  expect(columns.map(({ source }) => source)).toEqual(['id', ...all.types.map(({ column }) => column), 'updated_at']);
  const types = new Map(columns.map((column) => [column.source, redshiftTypeSql(targetType(column))]));
  for (const { column, redshiftType } of all.types) expect(types.get(column), column).toBe(redshiftType);
});

describe('what MySQL has besides types', () => {
  test('columns: invisible, generated, with a default that is an expression, in collations that do not pad', async () => {
    const { definition } = await replay('oddities');
    const column = (name: string) => definition.columns.find((found) => found.name === name);
    expect(definition.columns.map(({ name }) => name)).toEqual(['id', 'hidden', 'made', 'born', 'token', 'quantity', 'twice', 'thrice', 'place', 'shape', 'zero', 'stamp', 'name', 'direction', 'state']);
    expect(column('id')).toMatchObject({ columnType: 'bigint unsigned', isUnsigned: true, numericPrecision: 20, extra: 'auto_increment' });
    expect(column('hidden')).toMatchObject({ extra: 'invisible', collation: 'utf8mb4_0900_ai_ci', characterSet: 'utf8mb4', defaultExpression: 'unseen' });
    expect(column('made')).toMatchObject({ dataType: 'json', extra: 'default_generated', defaultExpression: expect.stringContaining('json_object') });
    expect(column('twice')).toMatchObject({ extra: 'virtual generated' });
    expect(column('thrice')).toMatchObject({ extra: 'stored generated invisible' });
    expect(column('direction')).toMatchObject({ dataType: 'vector', columnType: 'vector(2)' });
    expect(column('place')).toMatchObject({ dataType: 'point' });
  });

  test('indexes: one over an expression orders no column, an invisible one is listed with the others', async () => {
    const { definition } = await replay('oddities');
    expect(definition.primaryKey).toEqual(['id']);
    expect(definition.indexes.map(({ name, isUnique, columns }) => ({ name, isUnique, columns }))).toEqual([
      { name: 'PRIMARY', isUnique: true, columns: ['id'] },
      { name: 'backwards', isUnique: false, columns: ['quantity', 'id'] },
      { name: 'hidden_key', isUnique: false, columns: ['born'] },
    ]);
  });

  test('the server is known by its uuid', async () => {
    const { definition } = await replay('oddities');
    expect(definition.serverId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(definition.serverVersion).toBe(recording.version);
  });

  test('values: JSON in the server\'s form, zero dates, shapes without their SRID in stored axis order', async () => {
    const { rows, batches } = await replay('oddities');
    expect(rows).toEqual([
      {
        id: '1', hidden: 'unseen', made: '{"a": [1.50, null], "b": 1}', born: '2024-02-29', token: '4E4BA93C3F06AF6387970A50690DC0B4', quantity: 7n, twice: 14n, thrice: 21n,
        // Latitude 1 and longitude 2: SRID 4326 names the latitude first, and the server stores the longitude first.
        place: '010100000000000000000000400000' + '00000000F03F', shape: expect.stringMatching(/^0102000000020000000{32}/), zero: null, stamp: '2038-01-19 03:14:07.999999', name: 'a', direction: '0000803F000000C0', state: 'new',
      },
      { id: '2', hidden: null, made: null, born: null, token: null, quantity: 4_294_967_295n, twice: 8_589_934_590n, thrice: 12_884_901_885n, place: null, shape: null, zero: null, stamp: null, name: 'a ', direction: null, state: 'paid' },
      {
        id: '3', hidden: 'é', made: '{"d": 0.1, "n": 18446744073709551615, "z": "\\u0000", "date": "2024-01-01"}', born: '2024-02-29', token: '4E4BA93C3F06AF6387970A50690DC0B4', quantity: 1n, twice: 2n, thrice: 3n,
        place: null, shape: null, zero: null, stamp: null, name: null, direction: null, state: 'new',
      },
    ]);
    expect(batches.flatMap(({ policies }) => policies)).toEqual([{ column: 'zero', policy: 'zero_date', action: 'to_null', count: 2 }]);
  });

  test('a zero date that no policy takes is refused with its place', async () => {
    await expect(replay('oddities', { geometry: 'hex_wkb' })).rejects.toMatchObject({ code: 'DATA_ZERO_DATE', details: { table: `${recording.database}.oddities`, column: 'zero' } });
  });
});

test('I9: a recorded answer that is cut anywhere is an error, never fewer rows', async () => {
  const table = recording.tables.find(({ name }) => name === 'oddities')!;
  const reading = table.answers.findIndex(({ sql }) => sql.endsWith('ORDER BY id'));
  const whole = Buffer.from(table.answers[reading]!.bytes, 'base64');
  for (const length of [1, 4, 60, Math.floor(whole.length / 2), whole.length - 20, whole.length - 9, whole.length - 1]) {
    const cut = whole.subarray(0, length).toString('base64');
    const answers = table.answers.map((answer, index) => (index === reading ? { ...answer, bytes: cut } : answer));
    await using source = await replayedSource({ ...table, answers });
    const reader = new TableReader(source, { progressTimeoutMs: 300 });
    const { columns } = planTable(await reader.describe(recording.database, 'oddities'), { include: null, exclude: [], policies: { ...DEFAULT_TYPE_POLICIES, ...RECORDED_POLICIES } });
    const read = async (): Promise<void> => {
      for await (const batch of reader.read(queryOver(columns, { sql: table.answers[reading]!.sql }), { maxBatchRows: 7, maxBatchBytes: 1e9 }, new AbortController().signal)) void batch;
    };
    await expect(read(), `${length} of ${whole.length} bytes`).rejects.toMatchObject({ code: expect.stringMatching(/^SOURCE_(TIMEOUT|CONNECTION_LOST|PROTOCOL)$/) });
  }
});
