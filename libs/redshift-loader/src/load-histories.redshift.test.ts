import { tellFigures } from '@tidemark/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FrozenBatch } from '@tidemark/domain';
import { SCD2 } from '../test/history.ts';
import { loadWorld, type LoadWorld, type WorldTable } from '../test/load-world.ts';
import { idColumn, noteColumn, updatedColumn } from '../test/staged-columns.ts';
import type { RedshiftTarget } from './index.ts';

/** `npm run soak` asks for as many histories as it likes. */
vi.setConfig({ testTimeout: 0 });

const HISTORIES = Number(process.env['TIDEMARK_SOAK'] ?? 6);
const columns = [idColumn, noteColumn, updatedColumn];

let world: LoadWorld;
let loader: RedshiftTarget;
let tables = 0;
beforeAll(async () => {
  world = await loadWorld();
  loader = world.loader();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

interface Row {
  readonly id: bigint;
  /** Of the minute; null for no time. */
  readonly second: number | null;
  readonly note: string;
}

const timeOf = ({ second }: Row): string | null => (second === null ? null : `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`);
const cells = (row: Row): readonly [bigint, string, string | null] => [row.id, row.note, timeOf(row)];
const textOf = (row: Row): string => [row.id, row.note, timeOf(row)?.slice(0, 19) ?? 'NULL'].join('|');
const id = fc.bigInt({ min: 1n, max: 4n });
const note = fc.constantFrom('a', 'a ', '', 'é', "it's");

async function ready(frozen: Partial<FrozenBatch>): Promise<WorldTable> {
  tables += 1;
  const table = world.table(`history_of_${String(frozen.mode)}_${tables}`, columns, { version_columns: [], ...frozen });
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await loader.prepare({ target: table.target, columns, keys: frozen.mode === 'append' ? [] : ['id'], scd2: frozen.scd2 });
  return table;
}

/** The seed of a history that fails stands in the error. */
const holds = async <T>(histories: fc.Arbitrary<T>, property: (history: T) => Promise<void>): Promise<void> => fc.assert(fc.asyncProperty(histories, property), { numRuns: HISTORIES, verbose: 1 }).then(() => tellFigures(`histories of a load: ${HISTORIES} histories, each of several loads`));

test('P2: append has every row that was read, and of a range that is read once more only what was not there', async () => {
  const row = fc.record<Row>({ id, second: fc.option(fc.integer({ min: 0, max: 3 })), note });
  const step = fc.record({ isAgain: fc.boolean(), batches: fc.array(fc.uniqueArray(row, { maxLength: 6, selector: ({ id: key, second }) => `${key}|${second}` }), { minLength: 1, maxLength: 3 }) });
  await holds(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
    const table = await ready({ mode: 'append', version_columns: ['updated_at'] });
    const model: Row[] = [];
    for (const { isAgain, batches } of steps) {
      // One batch reads a range once: what it has of a key and a time, it has once.
      const given = isAgain ? batches.slice(0, 1) : batches;
      const group = [];
      for (const rows of given) group.push(await table.stage(rows.map(cells), {}, { advances: !isAgain }));
      await loader.load(await table.request(group, 1));
      const known = new Set(model.map(({ id: key, second }) => `${key}|${second}`));
      model.push(...given.flat().filter(({ id: key, second }) => !isAgain || !known.has(`${key}|${second}`)));
      expect(await table.rows()).toEqual(model.map(textOf).toSorted());
    }
  });
});

test.each(['delete_insert', 'rename'] as const)('P2: replace by %s has the last set that was whole, and no shadow but of the newest set', async (swap) => {
  const row = fc.record<Row>({ id: fc.bigInt({ min: 1n, max: 9n }), second: fc.option(fc.integer({ min: 0, max: 9 })), note });
  const set = fc.record({
    rows: fc.uniqueArray(row, { maxLength: 9, selector: ({ id: key }) => key }),
    batchCount: fc.integer({ min: 1, max: 3 }),
    inOneGroup: fc.boolean(),
    end: fc.constantFrom('whole' as const, 'whole' as const, 'abandoned' as const, 'quarantined' as const),
  });
  await holds(fc.array(set, { minLength: 1, maxLength: 4 }), async (sets) => {
    const table = await ready({ mode: 'replace', swap });
    let model: readonly Row[] = [];
    for (const [index, { rows, batchCount, inOneGroup, end }] of sets.entries()) {
      const batches = Array.from({ length: batchCount }, (_, part) => rows.filter((_row, place) => place % batchCount === part));
      const staged = [];
      for (const [part, batch] of batches.entries()) {
        const snapshot = { id: `01J${String(index).padStart(23, '0')}`, final: end !== 'abandoned' && part === batchCount - 1 };
        staged.push(await table.stage(batch.map(cells), {}, { snapshot, ...(end === 'quarantined' && part === 0 ? { quarantined: 1 } : {}) }));
      }
      for (const group of inOneGroup ? [staged] : staged.map((batch) => [batch])) {
        expect(await table.rows()).toEqual(model.map(textOf).toSorted());
        await loader.load(await table.request(group, 1));
      }
      if (end === 'whole') model = rows;
      expect(await table.rows()).toEqual(model.map(textOf).toSorted());
      const shadows = await world.redshift.rows(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '${table.target.table}\\\\_\\\\_new%'`);
      expect(shadows).toHaveLength(end === 'abandoned' ? 1 : 0);
    }
  });
});

test('P2: scd2 has one version for each change, one after the other, whatever the groups and whatever is read once more', async () => {
  const row = fc.record({ id, within: fc.integer({ min: 0, max: 9 }), note });
  const step = fc.record({ batches: fc.array(fc.array(row, { maxLength: 6 }), { minLength: 1, maxLength: 3 }), again: fc.array(fc.nat(), { maxLength: 5 }) });
  await holds(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
    const table = await ready({ mode: 'scd2', scd2: SCD2 });
    const seen = new Map<string, Row>();
    for (const [index, { batches, again }] of steps.entries()) {
      const before = [...seen.values()];
      const group = [];
      for (const batch of batches) {
        // A row at a time is what it is: whoever reads it again finds the same.
        const rows = batch.map(({ id: key, within, note: text }) => {
          const found = seen.get(`${key}|${index * 10 + within}`) ?? { id: key, second: index * 10 + within, note: text };
          seen.set(`${key}|${found.second}`, found);
          return found;
        });
        group.push([...rows, ...again.flatMap((place) => (before.length === 0 ? [] : [before[place % before.length]!]))]);
      }
      const staged = [];
      for (const rows of group) staged.push(await table.stage(rows.map(cells)));
      await loader.load(await table.request(staged, 1));
      const found = await world.redshift.rows(`SELECT id, note, TO_CHAR(valid_from, 'SS') AS began, TO_CHAR(valid_to, 'SS') AS ended, CASE WHEN is_current THEN '*' ELSE '' END AS current_mark FROM ${table.target.schema}.${table.target.table}`);
      expect(found.map((version) => Object.values(version).map((value) => value ?? '').join('|')).toSorted()).toEqual(versionsOf([...seen.values()]));
    }
  });
});

/** Versions of each key: a row that is as the one before it, blanks included, makes none. */
function versionsOf(rows: readonly Row[]): readonly string[] {
  const second = (row: Row): string => String(row.second).padStart(2, '0');
  return [...new Set(rows.map((row) => row.id))].flatMap((key) => {
    const ordered = rows.filter((row) => row.id === key).toSorted((a, b) => a.second! - b.second!);
    const changes = ordered.filter((row, place) => row.note !== ordered[place - 1]?.note);
    return changes.map((row, place) => [key, row.note, second(row), changes[place + 1] === undefined ? '' : second(changes[place + 1]!), changes[place + 1] === undefined ? '*' : ''].join('|'));
  }).toSorted();
}
