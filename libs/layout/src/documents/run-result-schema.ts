import type { PolicyCount, RunResult, RunStatus, TableResult, TableStatus } from '@tidemark/domain';
import { arrayOf, boolean, count, DRAFT, instant, literalsOf, name, nullable, objectOf, SCHEMA_BASE, text, type JsonSchema } from './json-schema.ts';

const seconds: JsonSchema = { type: 'number', minimum: 0 };
const anything: JsonSchema = { type: 'object' };

/** Rows that a policy changed, by column. */
export const policyCountSchema: JsonSchema = objectOf<PolicyCount>({ column: name, policy: name, action: name, count });

const tableResult = objectOf<TableResult>(
  {
    status: literalsOf<TableStatus>({ success: true, failed: true, skipped: true, up_to_date: true }),
    rows_processed: count,
    files_created: count,
    duration_seconds: seconds,
    rows_extracted: count,
    rows_loaded: count,
    rows_quarantined: count,
    rows_requeued: count,
    policy_counts: arrayOf(policyCountSchema),
    limited: boolean,
    incomplete: boolean,
    rows_ahead: count,
    note: text,
    completed_at: instant,
    failed_at: instant,
    error_code: name,
    error_message: text,
    error_remedy: arrayOf(text),
    error_details: anything,
  },
  ['rows_requeued', 'incomplete', 'rows_ahead', 'note', 'completed_at', 'failed_at', 'error_code', 'error_message', 'error_remedy', 'error_details'],
);

/** What a failed table has, and what one that ended has. */
const tableEnd: JsonSchema = {
  allOf: [
    { if: { properties: { status: { const: 'failed' } } }, then: { required: ['failed_at', 'error_code', 'error_message'] } },
    { if: { properties: { status: { enum: ['success', 'up_to_date'] } } }, then: { required: ['completed_at'] } },
  ],
};

/** JSON Schema of the result of a run: what `sync --json` prints and `--json-output` writes. Fields may be added; these stay. */
export const RUN_RESULT_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}run-result.json`,
  title: 'Tidemark run result',
  ...objectOf<RunResult>({
    execution_id: { type: 'string', pattern: '^sync_\\d{8}_\\d{6}_[0-9a-f]{8}$' },
    start_time: instant,
    end_time: instant,
    duration_seconds: seconds,
    pipeline: name,
    tables_requested: arrayOf(name),
    total_tables: count,
    status: literalsOf<RunStatus>({ success: true, partial_success: true, failed: true }),
    table_results: { type: 'object', additionalProperties: { ...tableResult, ...tableEnd } },
    summary: objectOf<RunResult['summary']>({ success_count: count, failure_count: count, total_rows_processed: count, total_files_created: count }),
    context: anything,
    warnings: arrayOf(text),
    error: nullable(objectOf<NonNullable<RunResult['error']>>({ code: name, message: text, remedy: arrayOf(text) })),
    exit_code: { type: 'integer', minimum: 0, maximum: 255 },
  }),
};
