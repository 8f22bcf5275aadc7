import type { LeaseDocument, LeaseOwner } from '@tidemark/domain';
import { DRAFT, instant, literalsOf, name, nullable, objectOf, positive, SCHEMA_BASE, text, writeId, type JsonSchema } from './json-schema.ts';

/** JSON Schema of the stored lease, format version 1. */
export const LEASE_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}lease-1.json`,
  title: 'Tidemark lease',
  ...objectOf<LeaseDocument>({
    format_version: { const: 1 },
    write_id: writeId,
    pipeline: name,
    target: name,
    table: name,
    generation: positive,
    owner: objectOf<LeaseOwner>({ run_id: name, host: text, pid: positive, boot_id: nullable(text), process_start: nullable(text) }),
    status: literalsOf<LeaseDocument['status']>({ held: true, released: true }),
    ttl_ms: positive,
    acquired_at: instant,
    renewed_at: instant,
  }),
};
