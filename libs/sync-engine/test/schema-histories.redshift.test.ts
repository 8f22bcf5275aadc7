import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@tidemark/config/node';
import { silentLogger } from '@tidemark/domain';
import { runId } from '@tidemark/layout';
import { startStack, writeStackConfig, type MysqlSession, type PostgresSession, type Stack } from '@tidemark/local-stack';
import { tellFigures } from '@tidemark/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncPipeline } from '../src/engine/index.ts';
import { openPipeline, type OpenPipeline } from '../src/wiring/index.ts';
import { anyHistory, HistoryModel, type HistoryStep } from './schema-history.ts';

let folder: string;
let stack: Stack;
let source: MysqlSession;
let target: PostgresSession;
let pipeline: Awaited<ReturnType<typeof loadPipeline>>;
let open: OpenPipeline;

async function loadPipeline(config: string) {
  await writeFile(join(config, 'pipelines/histories.yml'), `pipeline:
  source: SHOP_RO
  target: dw
  target_schema: reporting
  default_table_config: { lag: 0s, lookback: 0, late_commits: accept, evolve_backfill: auto }
`);
  return (await loadConfig({ directory: config })).pipeline('histories');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-histories-'));
  stack = await startStack();
  pipeline = await loadPipeline(await writeStackConfig(stack, folder));
  source = await stack.mariadb.connect({ database: 'sales' });
  target = await stack.redshift.connect(stack.redshift.loader);
  open = await openPipeline(pipeline, { logger: silentLogger, tables: [pipeline.table('sales.history_1')] });
});

afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let histories = 0;

async function live(steps: readonly HistoryStep[]): Promise<void> {
  const name = `history_${++histories}`;
  const model = new HistoryModel(name);
  const send = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await source.run(statement);
  };
  await send(model.create());
  for (const step of [{ do: 'load' } as const, ...steps]) {
    if (step.do !== 'load') {
      await send(model.take(step));
      continue;
    }
    if (!model.hasWritten) await send(model.write([4]));
    const result = await syncPipeline(
      {
        runId: runId(new Date(), randomBytes(4)), settings: open.settings, tables: [pipeline.table(`sales.${name}`)], stages: 'both', limit: null, allowRebuild: true, context: {}, signal: AbortSignal.timeout(300_000),
        emit: () => undefined, logger: silentLogger, surroundings: { now: () => new Date(), newWriteId: randomUUID },
      },
      open.ports,
    );
    expect(result.error).toBeNull();
    model.load();
    const columns = model.targetColumns();
    const rows = await target.rows(`SELECT id${columns.map((column) => `, ${column}`).join('')} FROM reporting.${name} ORDER BY id`);
    const plain = (text: string | null | undefined): string => (text === null || text === undefined ? 'NULL' : /^\d+\.\d+$/.test(text) ? String(Number(text)) : text);
    expect(rows.map((row) => `${row['id']}: ${columns.map((column) => `${column}=${plain(row[column])}`).join(', ')}`)).toEqual(model.targetRows());
  }
}

/** `npm run soak` asks for more. */
const HISTORIES = Number(process.env['TIDEMARK_SOAK'] ?? 15);

test(`after any history of a table, ${HISTORIES} of them, the target is what the contract makes of it after each load`, { timeout: 0 }, async () => {
  const seed = Date.now() % 2_147_483_647;
  console.log(`schema histories: seed ${seed}`);
  await fc.assert(fc.asyncProperty(anyHistory, live), { numRuns: HISTORIES, seed, endOnFailure: true });
  tellFigures(`histories of a schema: ${histories} histories, seed ${seed}`);
});
