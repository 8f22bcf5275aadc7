import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURE_SCHEMA } from '@tidemark/cli-kit';
import type { RunResult, SyncEvent } from '@tidemark/domain';
import { RUN_RESULT_SCHEMA, SYNC_EVENT_SCHEMA, violation, type JsonSchema } from '@tidemark/layout';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import { masked } from './masked.ts';
import type { Ended } from './program.ts';
import { stopPut } from './stop-request.ts';
import { documentOf } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

/** The same schema, which knows every field: one that was added and is not published fails. */
function closed(schema: unknown, isCondition = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => closed(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, key === 'const' || key === 'enum' ? value : closed(value, key === 'if')]));
  return 'properties' in schema && 'type' in schema && !('additionalProperties' in schema) && !isCondition ? { ...inner, additionalProperties: false } : inner;
}

const RUN_RESULT = closed(RUN_RESULT_SCHEMA) as JsonSchema;
const SYNC_EVENT = closed(SYNC_EVENT_SCHEMA) as JsonSchema;

const FILE = 'result.json';

/** A sync whose events and result fit their schemas, and whose file holds what stdout has; gives the result with times and ids masked. */
async function told(room: Room, ended: Ended, code: number): Promise<string> {
  expect({ code: ended.code, signal: ended.signal }, `${ended.stdout}${ended.stderr}`).toEqual({ code, signal: null });
  const document = documentOf(ended);
  expect(violation(RUN_RESULT, document)).toBeNull();
  expect(JSON.parse(await readFile(join(room.folder, FILE), 'utf8'))).toEqual(document);
  const events = ended.stderr.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as SyncEvent);
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run', 'table']));
  for (const event of events) expect(violation(SYNC_EVENT, event), JSON.stringify(event)).toBeNull();
  const { exit_code: exit, tables_requested: tables } = document as unknown as RunResult;
  expect(exit, 'the exit code is in the document').toBe(code);
  expect(Object.keys((document as unknown as RunResult).table_results).sort()).toEqual([...tables].sort());
  return masked(JSON.stringify(document, null, 2));
}

const sync = async (room: Room, ...args: string[]): Promise<Ended> => await room.sync('--json', '--events', '--json-output', FILE, ...args);

test('success, with values that a policy changed; then up to date', async () => {
  await stack.createTable('orders', 5);
  await stack.source.run("UPDATE orders SET state = CONCAT('a', CHAR(0)) WHERE id = 2");
  const room = await stack.room('shop', { tables: { orders: '{ cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, lookback: 0, types: { nul_byte: strip } }' } });
  expect(await told(room, await sync(room), 0)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "shop_pipeline",
      "tables_requested": [
        "sales.orders"
      ],
      "total_tables": 1,
      "status": "success",
      "table_results": {
        "sales.orders": {
          "status": "success",
          "rows_processed": 5,
          "files_created": 1,
          "duration_seconds": SECONDS,
          "rows_extracted": 5,
          "rows_loaded": 5,
          "rows_quarantined": 0,
          "policy_counts": [
            {
              "column": "state",
              "policy": "nul_byte",
              "action": "strip",
              "count": 1
            }
          ],
          "limited": false,
          "completed_at": "TIME"
        }
      },
      "summary": {
        "success_count": 1,
        "failure_count": 0,
        "total_rows_processed": 5,
        "total_files_created": 1
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.orders": 1000000
        }
      },
      "warnings": [
        "Column state of sales.orders may be changed by nul_byte: strip; every change is counted."
      ],
      "error": null,
      "exit_code": 0
    }"
  `);
  expect(await told(room, await sync(room), 0)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "shop_pipeline",
      "tables_requested": [
        "sales.orders"
      ],
      "total_tables": 1,
      "status": "success",
      "table_results": {
        "sales.orders": {
          "status": "up_to_date",
          "rows_processed": 0,
          "files_created": 0,
          "duration_seconds": SECONDS,
          "rows_extracted": 0,
          "rows_loaded": 0,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": false,
          "completed_at": "TIME"
        }
      },
      "summary": {
        "success_count": 1,
        "failure_count": 0,
        "total_rows_processed": 0,
        "total_files_created": 0
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.orders": 1000000
        }
      },
      "warnings": [
        "Column state of sales.orders may be changed by nul_byte: strip; every change is counted."
      ],
      "error": null,
      "exit_code": 0
    }"
  `);
});

test('limited', async () => {
  await stack.createTable('items', 5);
  const room = await stack.room('limit', { tables: { items: BY_CHANGE } });
  expect(await told(room, await sync(room, '--limit', '2'), 0)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "limit_pipeline",
      "tables_requested": [
        "sales.items"
      ],
      "total_tables": 1,
      "status": "success",
      "table_results": {
        "sales.items": {
          "status": "success",
          "rows_processed": 2,
          "files_created": 1,
          "duration_seconds": SECONDS,
          "rows_extracted": 2,
          "rows_loaded": 2,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": true,
          "completed_at": "TIME"
        }
      },
      "summary": {
        "success_count": 1,
        "failure_count": 0,
        "total_rows_processed": 2,
        "total_files_created": 1
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.items": 1000000
        }
      },
      "warnings": [],
      "error": null,
      "exit_code": 0
    }"
  `);
});

test('partial success, and failed', async () => {
  await stack.createTable('parcels');
  const room = await stack.room('parts', { tables: { parcels: BY_CHANGE, absent: BY_CHANGE } });
  expect(await told(room, await sync(room), 3)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "parts_pipeline",
      "tables_requested": [
        "sales.parcels",
        "sales.absent"
      ],
      "total_tables": 2,
      "status": "partial_success",
      "table_results": {
        "sales.parcels": {
          "status": "success",
          "rows_processed": 3,
          "files_created": 1,
          "duration_seconds": SECONDS,
          "rows_extracted": 3,
          "rows_loaded": 3,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": false,
          "completed_at": "TIME"
        },
        "sales.absent": {
          "status": "failed",
          "rows_processed": 0,
          "files_created": 0,
          "duration_seconds": SECONDS,
          "rows_extracted": 0,
          "rows_loaded": 0,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": false,
          "failed_at": "TIME",
          "error_code": "SOURCE_TABLE_MISSING",
          "error_message": "The source has no table sales.absent that this user can see.",
          "error_remedy": [
            "Correct schema and table. Names are compared as the server compares them (lower_case_table_names)."
          ],
          "error_details": {
            "schema": "sales",
            "table": "absent",
            "similarTables": [],
            "similarSchemas": []
          }
        }
      },
      "summary": {
        "success_count": 1,
        "failure_count": 1,
        "total_rows_processed": 3,
        "total_files_created": 1
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.parcels": 1000000,
          "sales.absent": 1000000
        }
      },
      "warnings": [],
      "error": null,
      "exit_code": 3
    }"
  `);
  expect(await told(room, await sync(room, '-t', 'sales.absent'), 13)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "parts_pipeline",
      "tables_requested": [
        "sales.absent"
      ],
      "total_tables": 1,
      "status": "failed",
      "table_results": {
        "sales.absent": {
          "status": "failed",
          "rows_processed": 0,
          "files_created": 0,
          "duration_seconds": SECONDS,
          "rows_extracted": 0,
          "rows_loaded": 0,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": false,
          "failed_at": "TIME",
          "error_code": "SOURCE_TABLE_MISSING",
          "error_message": "The source has no table sales.absent that this user can see.",
          "error_remedy": [
            "Correct schema and table. Names are compared as the server compares them (lower_case_table_names)."
          ],
          "error_details": {
            "schema": "sales",
            "table": "absent",
            "similarTables": [],
            "similarSchemas": []
          }
        }
      },
      "summary": {
        "success_count": 0,
        "failure_count": 1,
        "total_rows_processed": 0,
        "total_files_created": 0
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.parcels": 1000000,
          "sales.absent": 1000000
        }
      },
      "warnings": [],
      "error": {
        "code": "SOURCE_TABLE_MISSING",
        "message": "The source has no table sales.absent that this user can see.",
        "remedy": [
          "Correct schema and table. Names are compared as the server compares them (lower_case_table_names)."
        ]
      },
      "exit_code": 13
    }"
  `);
});

test('interrupted', async () => {
  await stack.createTable('boxes');
  const room = await stack.room('stopped', { tables: { boxes: BY_CHANGE } });
  const stop = stopPut(stack.servers.s3, 'boxes', { object: 'manifest', action: 'hold-before' });
  const run = room.start({}, 'sync', 'pipeline', '-p', room.pipeline, '--json', '--events', '--json-output', FILE);
  await stop.reached;
  run.signal('SIGTERM');
  await run.said('Stopping at the next safe point');
  stop.goOn();
  expect(await told(room, await run.ended, 143)).toMatchInlineSnapshot(`
    "{
      "execution_id": "RUN_ID",
      "start_time": "TIME",
      "end_time": "TIME",
      "duration_seconds": SECONDS,
      "pipeline": "stopped_pipeline",
      "tables_requested": [
        "sales.boxes"
      ],
      "total_tables": 1,
      "status": "failed",
      "table_results": {
        "sales.boxes": {
          "status": "failed",
          "rows_processed": 0,
          "files_created": 0,
          "duration_seconds": SECONDS,
          "rows_extracted": 0,
          "rows_loaded": 0,
          "rows_quarantined": 0,
          "policy_counts": [],
          "limited": false,
          "failed_at": "TIME",
          "error_code": "CLI_TERMINATED",
          "error_message": "Told to end. Nothing was staged or loaded by this run; the next run goes on from there.",
          "error_remedy": [
            "Run the same command again: it goes on where this one stopped."
          ],
          "error_details": {
            "rowsStaged": 0,
            "rowsLoaded": 0
          }
        }
      },
      "summary": {
        "success_count": 0,
        "failure_count": 1,
        "total_rows_processed": 0,
        "total_files_created": 0
      },
      "context": {
        "stages": "both",
        "source": "SHOP_RO",
        "target": "dw",
        "s3_config": "s3_local",
        "bucket": "tidemark-local",
        "batch_sizes": {
          "sales.boxes": 1000000
        }
      },
      "warnings": [],
      "error": {
        "code": "CLI_TERMINATED",
        "message": "Told to end. Nothing was staged or loaded by this run; the next run goes on from there.",
        "remedy": [
          "Run the same command again: it goes on where this one stopped."
        ]
      },
      "exit_code": 143
    }"
  `);
});

test('a run that does not begin is told in the form of every command', async () => {
  const room = await stack.room('unknown', { tables: { boxes: BY_CHANGE } });
  const failed = await room.run('sync', 'pipeline', '-p', 'no_pipeline', '--json', '--json-output', FILE);
  for (const document of [documentOf(failed), JSON.parse(await readFile(join(room.folder, FILE), 'utf8'))]) expect(violation(closed(FAILURE_SCHEMA) as JsonSchema, document)).toBeNull();
  expect(masked(failed.stdout)).toMatchInlineSnapshot(`
    "{
      "status": "failed",
      "code": "PIPELINE_UNKNOWN",
      "exit_code": 2,
      "message": "there is no pipeline \\"no_pipeline\\"; known are unknown_pipeline",
      "remedy": [
        "Use the stem of a file in pipelines/, or the name that it gives itself."
      ],
      "details": {
        "name": "no_pipeline",
        "nearMisses": [],
        "known": [
          "unknown_pipeline"
        ]
      },
      "warnings": []
    }
    "
  `);
});
