import { fullName } from '../sql/identifiers.ts';
import { SqlError } from '../wire/sql-error.ts';

/** Where an error arose, for texts that carry ids. */
export interface ErrorContext {
  readonly queryId: number;
  readonly transactionNumber: number | undefined;
  readonly table: number;
  /** The compute nodes were at work: the statement read a user's table. */
  readonly computed?: boolean;
}

type Fields = ReadonlyMap<string, string>;
type Rule = (fields: Fields, context: ErrorContext) => SqlError | undefined;

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(pg_catalog\.)?rs_varchar/g, 'character varying'],
  [/(pg_catalog\.)?rs_super/g, 'super'],
  [/(pg_catalog\.)?rs_varbyte/g, 'binary varying'],
  [/redshift_emulator\.terminate_backend/g, 'pg_terminate_backend'],
  [/redshift_emulator\.cancel_backend/g, 'pg_cancel_backend'],
  [/\binvalid input syntax for type (\w+)/g, 'invalid input syntax for $1'],
  [/\bpermission denied for table /g, 'permission denied for relation '],
  [/\bmust be owner of table /g, 'must be owner of relation '],
];

/** Texts and names as Redshift gives them. */
export function redshiftText(text: string): string {
  return NAMES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

const message = (fields: Fields): string => redshiftText(fields.get('M') ?? '');

/** The table-granular failure of a transaction. https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html */
export function serializationError(table: number | string, transactions: readonly number[]): SqlError {
  return new SqlError('XX000', '1023', { detail: `Serializable isolation violation on table - ${table}, transactions forming the cycle are: ${transactions.join(', ')} (pid:1)` });
}

/** What compute nodes say of a number that does not fit. */
function computeOverflow(text: string): SqlError | undefined {
  if (text === 'numeric field overflow') return new SqlError('XX000', 'Numeric data overflow (result precision)');
  return text === 'integer out of range' ? new SqlError('XX000', 'Value out of range for 4 bytes.') : undefined;
}

function invalidDigit(literal: string | undefined): SqlError | undefined {
  if (literal === undefined) return undefined;
  const place = /[^0-9]/.exec(literal.replace(/^[-+]/, '0'))?.index ?? literal.length;
  return new SqlError('XX000', `Invalid digit, Value '${literal[place] ?? ''}', Pos ${place}, Type: Integer`);
}

/** PostgreSQL notices two sessions that create one table at its row type or in its catalogue; Redshift knows tables only. */
function relationExists(name: string | undefined): SqlError | undefined {
  return name === undefined ? undefined : new SqlError('42P07', `Relation "${name}" already exists`);
}

const RULES: Readonly<Record<string, Rule>> = {
  '23505': (fields) => (/^pg_(type_typname|class_relname)_nsp_index$/.test(fields.get('n') ?? '') ? relationExists(/=\((.*), \d+\)/.exec(fields.get('D') ?? '')?.[1]) : undefined),
  '42710': (fields) => relationExists(/^type "(.*)" already exists$/.exec(fields.get('M') ?? '')?.[1]),
  '23502': (fields) => new SqlError('XX000', `Cannot insert a NULL value into column ${fullName(fields.get('c') ?? '')}`),
  '23514': () => new SqlError('XX000', 'Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: (multibyte)'),
  '428C9': () => new SqlError('XX000', 'cannot set an identity column to a value'),
  '21000': (fields) => (/MERGE command cannot affect row/.test(fields.get('M') ?? '') ? new SqlError('XX000', 'Found multiple matches to update the same tuple.') : undefined),
  '40001': (_fields, context) => serializationError(context.table, [context.transactionNumber ?? 0]),
  '42P01': (fields) => new SqlError('42P01', message(fields).replace(/^table "/, 'Table "')),
  '42P07': (fields) => new SqlError('42P07', message(fields).replace(/^relation "/, 'Relation "')),
  '22003': (fields, { computed }) => (computed === true ? computeOverflow(fields.get('M') ?? '') : undefined),
  '22P02': (fields, { computed }) => (computed === true ? invalidDigit(/^invalid input syntax for type integer: "(.*)"$/s.exec(fields.get('M') ?? '')?.[1]) : undefined),
  '57014': (_fields, context) => new SqlError('57014', `Query (${context.queryId}) canceled on user's request`),
};

/** Turns a failure of the backing server into the one Redshift would report; no position, table or column field. */
export function translateError(fields: Fields, context: ErrorContext): SqlError {
  const code = fields.get('C') ?? 'XX000';
  const special = RULES[code]?.(fields, context);
  if (special !== undefined) return special;
  const fatal = fields.get('S') === 'FATAL';
  const detail = fields.get('D');
  return new SqlError(code, message(fields), { fatal, ...(detail === undefined ? {} : { detail: redshiftText(detail) }) });
}
