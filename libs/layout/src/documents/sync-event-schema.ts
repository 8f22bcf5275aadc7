import type { Finding, SyncEvent } from '@tidemark/domain';
import { arrayOf, count, DRAFT, instant, literalsOf, name, objectOf, positive, SCHEMA_BASE, text, type JsonSchema } from './json-schema.ts';
import { policyCountSchema } from './run-result-schema.ts';

type EventOf<Type extends SyncEvent['type']> = Extract<SyncEvent, { readonly type: Type }>;

const base = { v: { const: 1 }, at: instant, runId: name, pipeline: name };
const ofTable = { ...base, table: name };

const finding = objectOf<Finding>({ code: name, severity: literalsOf<Finding['severity']>({ error: true, warning: true, info: true }), message: text, remedy: arrayOf(text), table: name }, ['table']);

const kinds: readonly JsonSchema[] = [
  objectOf<EventOf<'run'>>(
    { ...base, type: { const: 'run' }, phase: literalsOf<EventOf<'run'>['phase']>({ started: true, finished: true }), tables: arrayOf(name), status: literalsOf<NonNullable<EventOf<'run'>['status']>>({ success: true, partial_success: true, failed: true }) },
    ['status'],
  ),
  objectOf<EventOf<'table'>>(
    { ...ofTable, type: { const: 'table' }, phase: literalsOf<EventOf<'table'>['phase']>({ started: true, planned: true, finished: true, failed: true }), estimatedRows: count, rowsToRead: count, rowsExtracted: count, rowsLoaded: count, errorCode: name },
    ['estimatedRows', 'rowsToRead', 'rowsExtracted', 'rowsLoaded', 'errorCode'],
  ),
  objectOf<EventOf<'batch'>>({ ...ofTable, type: { const: 'batch' }, phase: literalsOf<EventOf<'batch'>['phase']>({ started: true, reading: true, staged: true }), epoch: positive, seq: positive, rows: count, bytes: count }),
  objectOf<EventOf<'part'>>({ ...ofTable, type: { const: 'part' }, phase: literalsOf<EventOf<'part'>['phase']>({ staged: true }), key: name, rows: count, bytes: count }),
  objectOf<EventOf<'load'>>(
    { ...ofTable, type: { const: 'load' }, phase: literalsOf<EventOf<'load'>['phase']>({ started: true, committed: true, retrying: true }), batchIds: arrayOf(name), rows: count, rowsInserted: count, rowsDeleted: count, reason: text },
    ['rowsInserted', 'rowsDeleted', 'reason'],
  ),
  objectOf<EventOf<'lease'>>(
    { ...ofTable, type: { const: 'lease' }, phase: literalsOf<EventOf<'lease'>['phase']>({ acquired: true, waiting: true, released: true, lost: true }), generation: positive, holder: text },
    ['generation', 'holder'],
  ),
  objectOf<EventOf<'finding'>>({ ...ofTable, type: { const: 'finding' }, finding }),
  objectOf<EventOf<'policy'>>({ ...ofTable, type: { const: 'policy' }, counts: arrayOf(policyCountSchema) }),
];

/** JSON Schema of one line that `sync --events` writes to stderr. */
export const SYNC_EVENT_SCHEMA: JsonSchema = { $schema: DRAFT, $id: `${SCHEMA_BASE}sync-event-1.json`, title: 'Tidemark sync event', oneOf: kinds };
