import { schemaChangeText, type SchemaChange } from '@tidemark/ddl-optimizer';
import { shellWord, type Finding, type FrozenShape, type KnownSchema, type StagedColumn, type TableTask } from '@tidemark/domain';
import { SyncError } from '../errors.ts';

export interface ChangeSettings {
  readonly task: TableTask;
  /** `schema.table` at the source. */
  readonly table: string;
  readonly contract: 'evolve' | 'freeze' | 'discard';
  /** True when every run reads every row, so that no stored row stays as it was. */
  readonly readsAll: boolean;
}

/** What is done about the changes of a source. */
export interface Judgement {
  readonly shape: Pick<FrozenShape, 'added' | 'renamed' | 'dropped'>;
  /** Changes because of which rows that were read have to be read once more. */
  readonly rereads: readonly SchemaChange[];
  readonly findings: readonly Finding[];
}

/**
 * Applies the schema contract to what changed since the newest staged batch.
 *
 * @param constants the constant that earlier rows have in an added column, by target name, where they are known to have one
 * @throws SyncError `SCHEMA_FROZEN`, `SCHEMA_REFUSED`
 */
export function judgeChanges(settings: ChangeSettings, known: KnownSchema, changes: readonly SchemaChange[], constants: ReadonlyMap<string, string | null>): Judgement {
  const { task, contract, readsAll } = settings;
  const lines = changes.map(schemaChangeText);
  const details = { table: task.table, changes: lines };
  if (contract === 'freeze' && changes.length > 0) throw new SyncError('SCHEMA_FROZEN', { message: `${task.table} has changed at the source, and its schema_contract is freeze: ${lines.join('; ')}.`, details });
  const refused = changes.filter((change) => isRefused(change, settings));
  if (refused.length > 0) throw refusal(settings, refused);

  const added: Record<string, string | null> = {};
  const renamed: Record<string, string> = {};
  const rereads: SchemaChange[] = [];
  const findings: Finding[] = [];
  const gone: StagedColumn[] = [];
  const say = (change: SchemaChange, what: string): void => void findings.push({ code: 'SCHEMA_CHANGED', severity: 'info', table: settings.table, message: `At the source ${schemaChangeText(change)}: ${what}.`, remedy: [] });
  for (const change of changes) {
    switch (change.kind) {
      case 'added': {
        const constant = change.returns ? undefined : constants.get(change.column.name);
        added[change.column.name] = constant ?? null;
        if (constant === undefined && !readsAll) rereads.push(change);
        else say(change, `it is added to the target${typeof constant === 'string' ? `, with ${constant} in the rows that are there` : ''}`);
        break;
      }
      case 'dropped':
        gone.push(change.column);
        say(change, 'it stays in the target, with NULL in new rows');
        break;
      case 'renamed':
        renamed[change.column.name] = change.from;
        say(change, 'it is renamed in the target');
        break;
      case 'retyped':
        if (change.effect === 'altered' && !readsAll) rereads.push(change);
        else say(change, 'the target’s column is widened where it has to be');
        break;
    }
  }
  const stillGone = known.dropped.filter(({ name }) => !(name in added));
  return { shape: { added, renamed, dropped: [...stillGone, ...gone] }, rereads, findings };
}

function isRefused(change: SchemaChange, { contract, readsAll }: ChangeSettings): boolean {
  if (change.kind === 'keys' || change.kind === 'primary_key') return !readsAll;
  if (change.kind !== 'retyped') return false;
  return !readsAll && (contract === 'discard' || change.effect === 'narrower');
}

function refusal({ task, contract }: ChangeSettings, refused: readonly SchemaChange[]): SyncError {
  const lines = refused.map(schemaChangeText);
  const isKey = refused.some(({ kind }) => kind === 'keys' || kind === 'primary_key');
  const why = isKey ? 'rows of the target cannot be matched by another key' : contract === 'discard' ? 'schema_contract discard takes known columns as they are' : 'rows that were read may have had values that the type no longer holds';
  return new SyncError('SCHEMA_REFUSED', {
    message: `${task.table} cannot go on as it is: ${lines.join('; ')}; ${why}.`,
    remedy: isKey
      ? ['Change the key back.', `Or load the table anew: drop or rename the target table, then tidemark watermark reset -p ${shellWord(task.pipeline)} -t ${shellWord(task.table)}.`]
      : [`Read the table anew, under the new type; the target keeps its wider column: tidemark watermark reset -p ${shellWord(task.pipeline)} -t ${shellWord(task.table)}.`, ...(contract === 'discard' ? ['Or set schema_contract: evolve.'] : [])],
    details: { table: task.table, changes: lines },
  });
}
