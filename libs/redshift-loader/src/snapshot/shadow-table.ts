import { createHash } from 'node:crypto';
import type { TargetTable } from '../ports.ts';

/** Redshift's limit. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
const NAME_BYTES = 127;
/** `__new_`, eight digits, `_`, an id of 26 and two letters. */
const SUFFIX_BYTES = 43;

type Table = { readonly schema: string; readonly table: string };

/** How a set will take the target's place; the two kinds of shadow tables have different columns and schemas. */
export type SwapKind = 'delete_insert' | 'rename';

function cutAt(name: string, bytes: number): string {
  let cut = name;
  while (Buffer.byteLength(cut) > bytes) cut = [...cut].slice(0, -1).join('');
  return cut;
}

/** What the names of all shadow tables of a target begin with; the digits keep two targets apart whose names begin alike. */
export function shadowPrefix(target: TargetTable): string {
  const digits = createHash('sha256').update(JSON.stringify([target.schema, target.table])).digest('hex').slice(0, 8);
  return `${cutAt(target.table, NAME_BYTES - SUFFIX_BYTES)}__new_${digits}_`;
}

/**
 * The shadow table of a snapshot set: permanent, named for its set. It lives in the work schema; one that will be renamed has to be
 * in the target's schema, since RENAME does not move a table. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
 */
export function shadowTable(target: TargetTable, snapshotId: string, kind: SwapKind): Table {
  const name = `${shadowPrefix(target)}${snapshotId.toLowerCase()}`;
  return kind === 'rename' ? { schema: target.schema, table: `${name}r` } : { schema: target.workSchema, table: name };
}
