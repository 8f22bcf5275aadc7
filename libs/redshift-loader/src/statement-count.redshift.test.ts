import type { FrozenBatch } from '@tidemark/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCD2 } from '../test/history.ts';
import { loadWorld, type LoadWorld } from '../test/load-world.ts';
import { idColumn, noteColumn, updatedColumn } from '../test/staged-columns.ts';

const columns = [idColumn, noteColumn, updatedColumn];

let world: LoadWorld;
beforeAll(async () => {
  world = await loadWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

test.each<[string, Partial<FrozenBatch>, number]>([
  ['append', { mode: 'append', version_columns: ['updated_at'] }, 13],
  ['merge', { mode: 'merge', version_columns: ['updated_at'] }, 16],
  ['replace', { mode: 'replace', version_columns: [] }, 18],
  ['replace_rename', { mode: 'replace', swap: 'rename', version_columns: [] }, 24],
  ['scd2', { mode: 'scd2', scd2: SCD2, version_columns: [] }, 24],
])('a load group takes as many statements for many batches and rows as for one: %s', async (name, frozen, most) => {
  const loader = world.loader();
  const table = world.table(`counted_${name}`, columns, { keys: ['id'], ...frozen });
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await loader.prepare({ target: table.target, columns, keys: ['id'], scd2: frozen.scd2 });
  let second = 0;
  let set = 0;
  const load = async (batchCount: number, rowCount: number): Promise<number> => {
    const group = [];
    set += 1;
    for (let batch = 0; batch < batchCount; batch += 1) {
      second += 1;
      const time = `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;
      const rows = Array.from({ length: rowCount }, (_, row) => [BigInt(batch * rowCount + row), `set ${set}`, time] as const);
      const snapshot = frozen.mode === 'replace' ? { snapshot: { id: `01J${String(set).padStart(23, '0')}`, final: batch === batchCount - 1 } } : {};
      group.push(await table.stage(rows, {}, snapshot));
    }
    const { batches, statementCount } = await loader.load(await table.request(group, 1));
    expect(batches).toHaveLength(batchCount);
    return statementCount;
  };
  // The first group of an epoch also looks whether keys repeat in the target.
  await load(1, 1);
  const one = await load(1, 1);
  expect(await load(6, 120)).toBe(one);
  expect(one).toBeLessThanOrEqual(most);
});
