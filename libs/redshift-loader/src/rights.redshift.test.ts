import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWorld, type LoadWorld } from '../test/load-world.ts';
import { MODE_SCENARIOS, readyScenario, type ModeScenario } from '../test/mode-scenarios.ts';
import { ledgerTable, type RedshiftTarget } from './index.ts';

let world: LoadWorld;
let loader: RedshiftTarget;
beforeAll(async () => {
  world = await loadWorld();
  loader = world.loader();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const COLUMNS = ['id', 'note', 'updated_at'];
const needs = ({ name, frozen }: ModeScenario): readonly string[] => {
  if (frozen.mode === 'append') return ['SELECT', 'INSERT'];
  if (frozen.mode === 'scd2') return ['SELECT', 'INSERT', 'UPDATE'];
  return name === 'merge_native' ? ['SELECT', 'INSERT', 'DELETE', 'UPDATE'] : ['SELECT', 'INSERT', 'DELETE'];
};

test.each(MODE_SCENARIOS)("$name into another's table: each right that is missing is found by the fence, and no other is needed", async (scenario) => {
  const name = `rights_${scenario.name}`;
  const { table: { task, target }, request, rows } = await readyScenario(world, loader, scenario, name);
  const user = `"${world.redshift.loader.username}"`;
  const table = `"${target.schema}"."${name}"`;
  const [admin] = await world.redshift.rows('SELECT CURRENT_USER AS name');
  await world.redshift.run(`ALTER TABLE ${table} OWNER TO "${String(admin!.name)}"`);
  const fence = (): Promise<unknown> => loader.fence({ task, target, epoch: 1, generation: 1, runId: 'run1', sourceId: null, mode: scenario.frozen.mode!, columns: COLUMNS });
  for (const missing of needs(scenario)) {
    const others = needs(scenario).filter((right) => right !== missing);
    await world.redshift.run(`REVOKE ALL ON ${table} FROM ${user}`, `GRANT ${others.join(', ')} ON ${table} TO ${user}`);
    await expect(fence(), missing).rejects.toMatchObject({
      code: 'TARGET_GRANTS', exit: 12, details: { missing: [`${missing} on ${target.schema}.${name}`] },
      remedy: expect.arrayContaining([`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${user};`]) as string[],
    });
  }
  await world.redshift.run(`REVOKE ALL ON ${table} FROM ${user}`, `GRANT ${needs(scenario).join(', ')} ON ${table} TO ${user}`);
  await fence();
  await loader.load(request);
  expect(await rows()).toEqual(scenario.after);
});

test('what loads need besides the table: both schemas and the ledger', async () => {
  const { table: { task, target } } = await readyScenario(world, loader, MODE_SCENARIOS[0]!, 'rights_around');
  const { loader: { username }, database } = world.redshift;
  const ledger = ledgerTable(target);
  const fence = (): Promise<unknown> => loader.fence({ task, target, epoch: 1, generation: 1, runId: 'run1', sourceId: null, mode: 'append' });
  const [admin] = await world.redshift.rows('SELECT CURRENT_USER AS name');
  await world.redshift.run(`ALTER TABLE "${ledger.schema}"."${ledger.table}" OWNER TO "${String(admin!.name)}"`, `GRANT SELECT, INSERT, UPDATE, DELETE ON "${ledger.schema}"."${ledger.table}" TO "${username}"`);
  const places = [
    ['CREATE', `SCHEMA "${target.schema}"`, `CREATE on schema ${target.schema}`],
    ['CREATE', `SCHEMA "${target.workSchema}"`, `CREATE on schema ${target.workSchema}`],
    ['SELECT', `"${ledger.schema}"."${ledger.table}"`, 'SELECT on its load ledger'],
    ['INSERT', `"${ledger.schema}"."${ledger.table}"`, 'INSERT on its load ledger'],
  ] as const;
  for (const [right, place, missing] of places) {
    await world.redshift.run(`REVOKE ${right} ON ${place} FROM "${username}"`);
    const refused = (await fence().catch((error: unknown) => error)) as { readonly details: { readonly missing: readonly string[] }; readonly remedy: readonly string[] };
    expect(refused).toMatchObject({ code: 'TARGET_GRANTS', exit: 12, details: { missing: [missing] } });
    expect(refused.remedy).toContain(`GRANT TEMPORARY ON DATABASE "${database}" TO "${username}";`);
    await world.redshift.run(...refused.remedy.filter((line) => line.startsWith('GRANT') && line.includes(place)));
    await fence();
  }
});

test('temporary tables', async () => {
  // A right of the whole database: an emulator of its own.
  await using own = await loadWorld({ isolation: 'snapshot' });
  const { database, loader: { username } } = own.redshift;
  const { task, target } = own.table('rights_temporary', []);
  const fence = (): Promise<unknown> => own.loader().fence({ task, target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await own.redshift.run(`REVOKE TEMPORARY ON DATABASE "${database}" FROM PUBLIC`);
  await expect(fence()).rejects.toMatchObject({ code: 'TARGET_GRANTS', details: { missing: ['TEMPORARY on the database'] }, remedy: expect.arrayContaining([`GRANT TEMPORARY ON DATABASE "${database}" TO "${username}";`]) as string[] });
  await own.redshift.run(`GRANT TEMPORARY ON DATABASE "${database}" TO "${username}"`);
  await fence();
});
