import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { SyncEvent } from '@tidemark/domain';
import { progressReporter } from '../src/progress-reporter.ts';

/** Reports a run of two tables on stderr; the terminal, where there is one, becomes 50 columns wide in the middle of it. */
const TABLES = ['SHOP_RO:sales.orders', 'SHOP_RO:sales.order_items'];
const reporter = progressReporter(process.stderr, process.env);
const startMs = Date.parse('2026-01-31T12:00:00.000Z');
let seconds = 0;
const report = (body: object): void => reporter.report({ v: 1, at: new Date(startMs + seconds * 1_000).toISOString(), runId: 'r', pipeline: 'shop_pipeline', ...body } as SyncEvent);

report({ type: 'run', phase: 'started', tables: TABLES });
for (const table of TABLES) report({ type: 'table', phase: 'planned', table, estimatedRows: 40_000, rowsToRead: 40_000 });
for (let step = 1; step <= 4; step++) {
  seconds = step * 10;
  for (const table of TABLES) report({ type: 'batch', phase: 'reading', table, epoch: 1, seq: 1, rows: step * 10_000, bytes: step * 100_000 });
  await wait(150);
  if (step === 2) spawnSync('stty', ['cols', '50'], { stdio: ['inherit', 'ignore', 'ignore'] });
}
for (const table of TABLES) report({ type: 'table', phase: 'finished', table });
report({ type: 'run', phase: 'finished', tables: TABLES });
reporter.close();
process.stderr.write('end\n');
