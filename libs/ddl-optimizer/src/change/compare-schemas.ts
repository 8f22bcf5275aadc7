import { isDeepStrictEqual } from 'node:util';
import type { KnownSchema, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { redshiftTypeSql, targetType } from '../sql/redshift-type-sql.ts';
import { holdsType } from './holds-type.ts';
import { altersStoredValues } from './source-type-change.ts';

/**
 * `wider`: the new type holds every value of the old one, and stored rows keep theirs. `narrower`: the reverse.
 * `altered`: rows that were read already may have other values now, or would be written otherwise.
 */
export type TypeEffect = 'same' | 'wider' | 'narrower' | 'altered';

/** One thing in which a source differs from what earlier batches were staged with. */
export type SchemaChange =
  /** `returns`: a column of this name was loaded once, and rows of that time are in the target. */
  | { readonly kind: 'added'; readonly column: StagedColumn; readonly definition: SourceColumn; readonly returns: boolean }
  | { readonly kind: 'dropped'; readonly column: StagedColumn }
  | { readonly kind: 'renamed'; readonly column: StagedColumn; readonly from: string }
  | { readonly kind: 'retyped'; readonly column: StagedColumn; readonly before: StagedColumn; readonly effect: TypeEffect }
  /** Target names. */
  | { readonly kind: 'keys'; readonly from: readonly string[]; readonly to: readonly string[] }
  /** Source names. */
  | { readonly kind: 'primary_key'; readonly from: readonly string[]; readonly to: readonly string[] };

/** The columns and keys of a plan. */
export interface PlannedSchema {
  readonly source: SourceTable;
  readonly columns: readonly StagedColumn[];
  readonly keys: readonly string[];
}

/** Everything that differs, in the order of the columns; a column of another place is no difference, since nothing goes by place. */
export function compareSchemas(known: KnownSchema, planned: PlannedSchema): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  const before = new Map(known.columns.map((column) => [column.source.toLowerCase(), column]));
  for (const column of planned.columns) {
    const old = before.get(column.source.toLowerCase());
    before.delete(column.source.toLowerCase());
    if (old === undefined) {
      const definition = planned.source.columns.find(({ name }) => name === column.source)!;
      changes.push({ kind: 'added', column, definition, returns: known.dropped.some(({ name }) => name === column.name) });
      continue;
    }
    if (old.name !== column.name) changes.push({ kind: 'renamed', column, from: old.name });
    const effect = typeEffect(old, column);
    if (effect !== 'same') changes.push({ kind: 'retyped', column, before: old, effect });
  }
  for (const column of before.values()) changes.push({ kind: 'dropped', column });
  const nameNow = (name: string): string => planned.columns.find((column) => column.source.toLowerCase() === known.columns.find((old) => old.name === name)?.source.toLowerCase())?.name ?? name;
  const keysBefore = known.keys.map(nameNow);
  if (!isDeepStrictEqual(keysBefore.toSorted(), planned.keys.toSorted())) changes.push({ kind: 'keys', from: keysBefore, to: planned.keys });
  const { primaryKey } = planned.source;
  const folded = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase()).toSorted();
  if (!isDeepStrictEqual(folded(known.primary_key), folded(primaryKey))) changes.push({ kind: 'primary_key', from: known.primary_key, to: primaryKey });
  return changes;
}

/** What decides the written value besides the types: how it is read, and what is done to it. */
function treatment({ source: _source, name: _name, sourceType: _sourceType, select: _select, decode: _decode, parquet: _parquet, redshift: _redshift, target: _target, maxBytes: _maxBytes, policies: _policies, ...rest }: StagedColumn): unknown {
  return rest;
}

/** Expressions that give another text of the same value; the others only make sure that none is lost on the way. */
const TEXT_FORMS = [/^HEX\(/i, /ST_AsText|ST_AsWKT|ST_AsBinary|ST_AsWKB/i];

function typeEffect(before: StagedColumn, after: StagedColumn): TypeEffect {
  const formOf = ({ select }: StagedColumn): readonly boolean[] => TEXT_FORMS.map((form) => form.test(select));
  const [from, to] = [targetType(before), targetType(after)];
  const isAltered =
    !isDeepStrictEqual(treatment(before), treatment(after)) ||
    !isDeepStrictEqual(formOf(before), formOf(after)) ||
    (before.decode === 'time_micros') !== (after.decode === 'time_micros') ||
    (before.sourceType !== after.sourceType && altersStoredValues(before.sourceType, after.sourceType));
  if (isAltered) return 'altered';
  if (isDeepStrictEqual(from, to)) return 'same';
  if (holdsType(to, from)) return 'wider';
  return holdsType(from, to) ? 'narrower' : 'altered';
}

/** A change as a line for people. */
export function schemaChangeText(change: SchemaChange): string {
  switch (change.kind) {
    case 'added': return `column ${change.column.source} (${change.definition.columnType}) was added${change.returns ? ', which was there before' : ''}`;
    case 'dropped': return `column ${change.column.source} was dropped`;
    case 'renamed': return `column ${change.column.source} is named ${change.column.name}, and was ${change.from}`;
    case 'retyped': return `column ${change.column.source} is ${change.column.sourceType} (${redshiftTypeSql(targetType(change.column))}), and was ${change.before.sourceType} (${redshiftTypeSql(targetType(change.before))})`;
    case 'keys': return `the key is ${change.to.join(', ') || 'none'}, and was ${change.from.join(', ') || 'none'}`;
    case 'primary_key': return `the primary key is ${change.to.join(', ') || 'none'}, and was ${change.from.join(', ') || 'none'}`;
  }
}
