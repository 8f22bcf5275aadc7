import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorld, type LoadWorld } from '../test/load-world.ts';
import { MODE_SCENARIOS, readyScenario, type ModeScenario, type ReadyScenario } from '../test/mode-scenarios.ts';
import type { RedshiftTarget } from './index.ts';

type Hook = Parameters<NonNullable<LoadWorld['redshift']['emulator']>['hooks']['on']>[0];

/** A third of the places, another third in each scenario, and all of them with TIDEMARK_EVERY_FAULT. */
const STRIDE = process.env['TIDEMARK_EVERY_FAULT'] === undefined ? 3 : 1;
const isChosen = (scenario: ModeScenario, index: number): boolean => (index + MODE_SCENARIOS.indexOf(scenario)) % STRIDE === 0;

const CONFLICT = { code: 'XX000', message: '1023', detail: 'Serializable isolation violation on table - 1, transactions forming the cycle are: 1, 2 (pid:1)' };

describe.each(['serializable', 'snapshot'] as const)('I2, I3: every load mode under %s isolation', (isolation) => {
  let world: LoadWorld;
  let loader: RedshiftTarget;
  let tables = 0;
  beforeAll(async () => {
    world = await loadWorld({ isolation });
    loader = world.loader();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const ready = (scenario: ModeScenario): Promise<ReadyScenario> => readyScenario(world, loader, scenario, `${scenario.name}_${++tables}`);
  async function hooked<T>(listener: Hook, work: () => Promise<T>): Promise<T> {
    const stop = world.redshift.emulator!.hooks.on(listener);
    try {
      return await work();
    } finally {
      stop();
    }
  }
  /** What must stand there after a load that was broken and done again, and nothing more after a third time. */
  async function expectOnce({ after }: ModeScenario, { table, request, rows }: ReadyScenario): Promise<void> {
    expect(await rows()).toEqual(after);
    const seqs = await table.ledgerSeqs();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    expect(seqs.at(-1)).toBe(request.group.at(-1)!.manifest.seq);
    expect(await loader.load(request)).toMatchObject({ wasAlreadyLoaded: true });
    expect(await rows()).toEqual(after);
  }
  async function statementsOf(scenario: ModeScenario): Promise<readonly string[]> {
    const clean = await ready(scenario);
    const statements: string[] = [];
    await hooked((event) => {
      if (event.phase === 'before') statements.push(event.sql);
      return undefined;
    }, () => loader.load(clean.request));
    await expectOnce(scenario, clean);
    return statements;
  }

  // A connection that is cut before a statement is the same in both modes; one that is cut after it may not be.
  test.each(MODE_SCENARIOS)('$name: the connection cut at each statement', async (scenario) => {
    const statements = await statementsOf(scenario);
    const phase = isolation === 'serializable' ? 'before' : 'after';
    for (const [index, sql] of statements.entries()) {
      if (!isChosen(scenario, index) && !sql.startsWith('COMMIT')) continue;
      const broken = await ready(scenario);
      let seen = -1;
      let wasCut = false;
      const receipt = await hooked((event) => {
        if (wasCut || event.phase !== phase) return undefined;
        if (++seen < index) return undefined;
        wasCut = true;
        return 'drop-connection';
      }, () => loader.load(broken.request));
      expect(wasCut, sql).toBe(true);
      expect(receipt.wasAlreadyLoaded).toBe(false);
      await expectOnce(scenario, broken);
    }
  });

  test.each(MODE_SCENARIOS)('$name: the process ends at each change, and another one goes on', async (scenario) => {
    const once = world.loader({ retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 } });
    const changes = (await statementsOf(scenario)).flatMap((sql, index) => (/^(COPY|DELETE|INSERT|UPDATE|MERGE|CREATE TABLE|ALTER|DROP|COMMIT)/.test(sql) ? [index] : []));
    for (const [place, index] of changes.entries()) {
      if (!isChosen(scenario, place)) continue;
      const broken = await ready(scenario);
      let seen = -1;
      await hooked((event) => (event.phase === 'after' && ++seen === index ? 'drop-connection' : undefined), () => once.load(broken.request).catch(() => undefined));
      expect(seen).toBeGreaterThanOrEqual(index);
      await loader.load(broken.request);
      await expectOnce(scenario, broken);
    }
  });

  test.each(MODE_SCENARIOS)('$name: 1023 on the first two tries, at the last change and at COMMIT', async (scenario) => {
    const broken = await ready(scenario);
    world.redshift.emulator!.hooks.failNext((event) => /^INSERT INTO .*tidemark_ledger/.test(event.sql), CONFLICT);
    world.redshift.emulator!.hooks.failNext((event) => event.kind.toLowerCase() === 'commit', CONFLICT);
    expect(await loader.load(broken.request)).toMatchObject({ wasAlreadyLoaded: false });
    await expectOnce(scenario, broken);
  });

  test.each(MODE_SCENARIOS)('$name: a full disk and a refused COPY change nothing, and the next run loads', async (scenario) => {
    const broken = await ready(scenario);
    const before = await broken.rows();
    const known = await broken.table.ledgerSeqs();
    world.redshift.emulator!.hooks.failNext((event) => /^INSERT INTO .*tidemark_ledger/.test(event.sql), { code: 'XX000', message: 'Disk Full' });
    await expect(loader.load(broken.request)).rejects.toMatchObject({ code: 'TARGET_DISK_FULL', exit: 15 });
    world.redshift.emulator!.hooks.failNext((event) => event.sql.startsWith('COPY'), { code: 'XX000', message: 'Spectrum Scan Error', detail: 'error: Spectrum Scan Error\n code: 15007\n context: Unmatched number of columns between table and file' });
    await expect(loader.load(broken.request)).rejects.toMatchObject({ code: 'LOADER_COPY_FAILED', exit: 15 });
    expect([await broken.rows(), await broken.table.ledgerSeqs()]).toEqual([before, known]);
    await loader.load(broken.request);
    await expectOnce(scenario, broken);
  });

  test.each(MODE_SCENARIOS)('$name: a COMMIT that is answered by silence and lands late', async (scenario) => {
    const broken = await ready(scenario);
    const cuts: ((error: Error) => void)[] = [];
    const sessions: { close(): Promise<void> }[] = [];
    const openSession: LoadWorld['openSession'] = async (purpose) => {
      const session = await world.openSession(purpose);
      const cut = Promise.withResolvers<never>();
      cut.promise.catch(() => undefined);
      cuts.push(cut.reject);
      sessions.push(session);
      return { ...session, query: (sql, values) => Promise.race([session.query(sql, values), cut.promise]), close: async () => undefined };
    };
    let isHeld = false;
    // The old session cannot be ended, so its COMMIT lands while the next one waits for its lock.
    world.redshift.emulator!.hooks.failNext((event) => event.sql.includes('pg_terminate_backend'), { code: '42501', message: 'must be superuser to signal other server processes' });
    await hooked(async (event) => {
      if (isHeld || event.phase !== 'before' || !/^COMMIT/.test(event.sql)) return undefined;
      isHeld = true;
      cuts[0]!(new Error('Connection terminated unexpectedly'));
      await delay(300);
      return undefined;
    }, () => world.loader({ openSession }).load(broken.request));
    for (const session of sessions) await session.close();
    expect(isHeld).toBe(true);
    await expectOnce(scenario, broken);
  });
});
