import type { FrozenBatch, FrozenScd2, StagedColumn } from '@tidemark/domain';
import type { LoadRequest, RedshiftTarget } from '../src/index.ts';
import { SCD2 } from './history.ts';
import type { CellValue } from './column-batch.ts';
import type { LoadWorld, WorldTable } from './load-world.ts';
import type { ManifestFields } from './staged-manifest.ts';
import { idColumn, noteColumn, updatedColumn } from './staged-columns.ts';

type Rows = readonly (readonly CellValue[])[];
type Fields = Pick<ManifestFields, 'advances' | 'snapshot' | 'batchTs'>;

/** One way to load: what stands there, the load that is broken, and what must stand there in the end. */
export interface ModeScenario {
  readonly name: string;
  readonly frozen: Partial<FrozenBatch>;
  readonly before: readonly { readonly rows: Rows; readonly fields?: Fields }[];
  readonly load: readonly { readonly rows: Rows; readonly fields?: Fields }[];
  /** Cells of id and what was loaded, ordered; of a history also where the version begins and whether it is current. */
  readonly after: readonly string[];
  /** The target table exists and has a column that is not loaded. */
  readonly hasOwnColumn?: boolean;
}

const at = (second: number): string => `2026-01-31 12:00:${String(second).padStart(2, '0')}.000000`;
const [first, second] = ['01JAAAAAAAAAAAAAAAAAAAAAAA', '01JBBBBBBBBBBBBBBBBBBBBBBB'] as const;
const expiring: FrozenScd2 = { ...SCD2, expire_missing: true };
const standing: Rows = [[1n, 'a', at(1)], [2n, 'b', at(1)]];
const complete = { snapshot: { id: first, final: true }, batchTs: '2026-01-31T12:00:10.000Z' };

/** Every load mode with its variants. */
export const MODE_SCENARIOS: readonly ModeScenario[] = [
  { name: 'append', frozen: { mode: 'append' }, before: [{ rows: standing }], load: [{ rows: [[1n, 'c', at(2)]] }, { rows: [[3n, 'd', at(2)]] }], after: ['1|a', '1|c', '2|b', '3|d'] },
  { name: 'append_again', frozen: { mode: 'append' }, before: [{ rows: standing }], load: [{ rows: [[2n, 'b', at(1)], [3n, 'late', at(1)]], fields: { advances: false } }], after: ['1|a', '2|b', '3|late'] },
  { name: 'merge', frozen: { mode: 'merge' }, before: [{ rows: standing }], load: [{ rows: [[1n, 'c', at(2)], [2n, 'old', at(0)]] }, { rows: [[3n, 'd', at(2)]] }], after: ['1|c', '2|b', '3|d'] },
  { name: 'merge_native', frozen: { mode: 'merge' }, before: [{ rows: standing }], load: [{ rows: [[1n, 'c', at(2)], [3n, 'd', at(2)]] }], after: ['1|c', '2|b', '3|d'], hasOwnColumn: true },
  { name: 'replace', frozen: { mode: 'replace' }, before: [{ rows: standing, fields: complete }, { rows: [[1n, 'c', at(2)]], fields: { snapshot: { id: second, final: false } } }], load: [{ rows: [[3n, 'd', at(2)]], fields: { snapshot: { id: second, final: true } } }], after: ['1|c', '3|d'] },
  { name: 'replace_fill', frozen: { mode: 'replace' }, before: [{ rows: standing, fields: complete }], load: [{ rows: [[3n, 'd', at(2)]], fields: { snapshot: { id: second, final: false } } }], after: ['1|a', '2|b'] },
  { name: 'replace_rename', frozen: { mode: 'replace', swap: 'rename' }, before: [{ rows: standing, fields: complete }, { rows: [[1n, 'c', at(2)]], fields: { snapshot: { id: second, final: false } } }], load: [{ rows: [[3n, 'd', at(2)]], fields: { snapshot: { id: second, final: true } } }], after: ['1|c', '3|d'] },
  { name: 'scd2', frozen: { mode: 'scd2', scd2: SCD2 }, before: [{ rows: standing }], load: [{ rows: [[1n, 'd', at(5)], [1n, 'c', at(3)]] }, { rows: [[3n, 'e', at(4)]] }], after: ['1|a|01|', '1|c|03|', '1|d|05|*', '2|b|01|*', '3|e|04|*'] },
  { name: 'scd2_set', frozen: { mode: 'scd2', scd2: expiring }, before: [{ rows: standing, fields: complete }], load: [{ rows: [[1n, 'c', at(12)], [3n, 'd', at(12)]], fields: { snapshot: { id: second, final: true }, batchTs: '2026-01-31T12:00:20.000Z' } }], after: ['1|a|01|', '1|c|12|*', '2|b|01|', '3|d|12|*'] },
];

const COLUMNS: readonly StagedColumn[] = [idColumn, noteColumn, updatedColumn];

/** A table that is ready for the load of a scenario. */
export interface ReadyScenario {
  readonly table: WorldTable;
  readonly request: LoadRequest;
  /** As `after` has them. */
  rows(): Promise<readonly string[]>;
}

export async function readyScenario(world: LoadWorld, loader: RedshiftTarget, scenario: ModeScenario, name: string): Promise<ReadyScenario> {
  const { frozen, before, load } = scenario;
  const table = world.table(name, COLUMNS, { version_columns: frozen.mode === 'append' || frozen.mode === 'merge' ? ['updated_at'] : [], ...frozen });
  const { schema } = table.target;
  if (scenario.hasOwnColumn === true) await world.redshift.run(`CREATE TABLE ${schema}.${name} (id BIGINT, note VARCHAR(200), updated_at TIMESTAMP, theirs INTEGER DEFAULT 7)`, `GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.${name} TO ${world.redshift.loader.username}`);
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await loader.prepare({ target: table.target, columns: COLUMNS, keys: ['id'], scd2: frozen.scd2 });
  for (const { rows, fields } of before) await loader.load(await table.request([await table.stage(rows, {}, fields)], 1));
  const group = [];
  for (const { rows, fields } of load) group.push(await table.stage(rows, {}, fields));
  const extra = frozen.mode === 'scd2' ? ", '|' || TO_CHAR(valid_from, 'SS') || '|' || CASE WHEN is_current THEN '*' ELSE '' END" : ", ''";
  return {
    table,
    request: await table.request(group, 1),
    rows: async () => (await world.redshift.rows(`SELECT id, note${extra} AS extra FROM ${schema}.${name}`)).map((row) => `${String(row.id)}|${String(row.note)}${String(row.extra)}`).toSorted(),
  };
}
