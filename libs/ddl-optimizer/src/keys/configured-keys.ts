import type { StagedColumn, TableKeys } from '@tidemark/domain';
import { ENCODING_TYPES } from './encoding-types.ts';
import { targetType } from '../sql/redshift-type-sql.ts';
import { MAX_COMPOUND_COLUMNS, MAX_INTERLEAVED_COLUMNS, mayBeKey, namedColumn } from './key-columns.ts';

/** Keys as a person wrote them. Columns by their names at the source or in Redshift. */
export interface ConfiguredKeys {
  readonly distStyle: 'KEY' | 'ALL' | 'EVEN' | 'AUTO' | null;
  readonly distKey: string | null;
  readonly sortKey: { readonly type: 'auto' } | { readonly type: 'compound' | 'interleaved'; readonly columns: readonly string[] } | null;
  readonly encodings: Readonly<Record<string, string>>;
}

/** The part of the keys that a table can have, and why the rest was left out. */
export interface ValidatedKeys {
  readonly keys: TableKeys;
  /** `DISTKEY(customer_id)`. */
  readonly applied: readonly string[];
  /** `distkey "x": there is no such column`. */
  readonly skipped: readonly string[];
}

/** Holds configured keys against the columns. A part that cannot be had is left to Redshift; the other parts stay. */
export function validateKeys(configured: ConfiguredKeys, columns: readonly StagedColumn[]): ValidatedKeys {
  const applied: string[] = [];
  const skipped: string[] = [];
  return { keys: { dist: distribution(configured, columns, applied, skipped), sort: order(configured, columns, applied, skipped), encodings: encodings(configured, columns, applied, skipped) }, applied, skipped };
}

function distribution({ distStyle, distKey }: ConfiguredKeys, columns: readonly StagedColumn[], applied: string[], skipped: string[]): TableKeys['dist'] {
  const auto = { style: 'AUTO' } as const;
  if (distKey === null) {
    if (distStyle === 'KEY') skipped.push('diststyle KEY: no distkey is named');
    if (distStyle === null || distStyle === 'KEY') return auto;
    applied.push(`DISTSTYLE ${distStyle}`);
    return { style: distStyle };
  }
  if (distStyle !== null && distStyle !== 'KEY') {
    skipped.push(`distkey ${JSON.stringify(distKey)}: it cannot stand with diststyle ${distStyle}`);
    return auto;
  }
  const column = usable(distKey, columns, 'distkey', skipped);
  if (column === null) return auto;
  applied.push(`DISTKEY(${column.name})`);
  return { style: 'KEY', column: column.name };
}

function order({ sortKey }: ConfiguredKeys, columns: readonly StagedColumn[], applied: string[], skipped: string[]): TableKeys['sort'] {
  const auto = { type: 'auto' } as const;
  if (sortKey === null) return auto;
  if (sortKey.type === 'auto') {
    applied.push('SORTKEY AUTO');
    return auto;
  }
  const limit = sortKey.type === 'interleaved' ? MAX_INTERLEAVED_COLUMNS : MAX_COMPOUND_COLUMNS;
  if (sortKey.columns.length > limit) {
    skipped.push(`sortkey: ${sortKey.columns.length} columns; ${sortKey.type} takes ${limit}`);
    return auto;
  }
  const found = sortKey.columns.map((name) => usable(name, columns, 'sortkey', skipped));
  if (found.includes(null)) return auto;
  const names = found.map((column) => column!.name);
  if (new Set(names).size < names.length) {
    skipped.push(`sortkey ${names.join(', ')}: a column stands in it twice`);
    return auto;
  }
  applied.push(`${sortKey.type.toUpperCase()} SORTKEY(${names.join(', ')})`);
  return { type: sortKey.type, columns: names };
}

function encodings(configured: ConfiguredKeys, columns: readonly StagedColumn[], applied: string[], skipped: string[]): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const [name, encoding] of Object.entries(configured.encodings)) {
    const column = namedColumn(columns, name);
    if (column === undefined) skipped.push(`encode ${JSON.stringify(name)}: there is no such column`);
    else if (!(ENCODING_TYPES[encoding]?.includes(targetType(column).name) ?? false)) skipped.push(`encode ${JSON.stringify(name)}: ${encoding} does not take ${targetType(column).name}`);
    else {
      chosen[column.name] = encoding;
      applied.push(`ENCODE ${encoding.toUpperCase()} on ${column.name}`);
    }
  }
  return chosen;
}

function usable(name: string, columns: readonly StagedColumn[], role: string, skipped: string[]): StagedColumn | null {
  const column = namedColumn(columns, name);
  if (column !== undefined && mayBeKey(column)) return column;
  skipped.push(`${role} ${JSON.stringify(name)}: ${column === undefined ? 'there is no such column' : `a column of type ${targetType(column).name} cannot be a key`}`);
  return null;
}
