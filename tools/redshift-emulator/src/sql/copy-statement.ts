import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { takeIdentifier, takeTableName, type TableName } from './identifiers.ts';
import { TokenCursor, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import type { SqlContext } from './translate.ts';

/** How a COPY says who it is at S3. */
export type CopyAuthorization =
  | { readonly kind: 'role'; readonly arns: readonly string[] }
  | { readonly kind: 'default-role' }
  | { readonly kind: 'keys'; readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** `COPY … FORMAT PARQUET`, read. */
export interface CopyStatement {
  readonly table: TableName;
  readonly columns: readonly string[] | undefined;
  readonly from: string;
  readonly authorization: CopyAuthorization;
  readonly manifest: boolean;
  readonly serializeToJson: boolean;
  readonly fillRecord: boolean;
  readonly explicitIds: boolean;
  readonly acceptInvalidChars: string | undefined;
  readonly statUpdate: boolean;
}

/** Arguments COPY knows that no Parquet load may name. https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html */
const REFUSED_WITH_PARQUET: ReadonlySet<string> = new Set([
  'region', 'acceptanydate', 'ignoreallerrors', 'truncatecolumns', 'compupdate', 'noload', 'comprows', 'roundec', 'dateformat', 'timeformat', 'null', 'emptyasnull',
  'blanksasnull', 'trimblanks', 'escape', 'removequotes', 'delimiter', 'quote', 'ignoreheader', 'ignoreblanklines', 'encoding', 'fixedwidth', 'gzip', 'lzop', 'bzip2', 'zstd',
  'encrypted', 'master_symmetric_key', 'csv', 'json', 'avro', 'ssh', 'readratio', 'filter',
]);
const INVALID_CREDENTIALS =
  'Invalid credentials. Must be of the format: credentials \'aws_iam_role=...\' or \'aws_access_key_id=...;aws_secret_access_key=...[;token=...]\'';

interface Draft {
  given: Set<string>;
  families: Set<'IAM_ROLE' | 'CREDENTIALS' | 'ACCESS_KEY_ID'>;
  arns?: string[] | 'default';
  accessKeyId?: string;
  secretAccessKey?: string;
  sessionToken?: string;
  format?: string;
  maxError: number;
  refused?: string;
  flags: Set<string>;
  acceptInvalidChars?: string;
}

function readRole(cursor: TokenCursor, draft: Draft): void {
  draft.families.add('IAM_ROLE');
  if (cursor.takes('default')) draft.arns = 'default';
  else {
    const text = cursor.expectString();
    draft.arns = text.split(',');
    if (!draft.arns.every((arn) => /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(arn))) {
      throw new SqlError('XX000', 'Invalid IAM role: the value must be one or more role ARNs, separated by commas without spaces');
    }
  }
}

function readCredentials(cursor: TokenCursor, draft: Draft): void {
  draft.families.add('CREDENTIALS');
  const text = cursor.expectString();
  if (/\s/.test(text)) throw new SqlError('XX000', INVALID_CREDENTIALS);
  const parts = new Map(text.split(';').filter((part) => part !== '').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
  const role = parts.get('aws_iam_role');
  if (role !== undefined && parts.size === 1) draft.arns = role.split(',');
  else {
    draft.accessKeyId = parts.get('aws_access_key_id');
    draft.secretAccessKey = parts.get('aws_secret_access_key');
    draft.sessionToken = parts.get('token');
    const known = [...parts.keys()].every((name) => ['aws_access_key_id', 'aws_secret_access_key', 'token'].includes(name));
    if (!known || draft.accessKeyId === undefined || draft.secretAccessKey === undefined) throw new SqlError('XX000', INVALID_CREDENTIALS);
  }
}

function readOnOff(cursor: TokenCursor): boolean {
  for (const word of ['on', 'true', 'off', 'false', 'preset']) if (cursor.takes(word)) return word === 'on' || word === 'true';
  return true;
}

/** Notes an argument; none may come twice. */
function once(draft: Draft, word: string): void {
  const argument = word === 'orc' || word === 'format' ? 'parquet' : word;
  if (draft.given.has(argument)) throw new SqlError('42601', `conflicting or redundant options: ${argument.toUpperCase()}`);
  draft.given.add(argument);
}

function readParameter(cursor: TokenCursor, draft: Draft): void {
  const token = cursor.next();
  const word = token.kind === 'word' ? token.value : undefined;
  if (word !== undefined && word !== 'as' && word !== 'with') once(draft, word);
  if (word === 'iam_role') return readRole(cursor, draft);
  if (word === 'with' && cursor.sees('credentials')) return undefined;
  if (word === 'credentials') {
    cursor.takes('as');
    return readCredentials(cursor, draft);
  }
  if (word === 'access_key_id' || word === 'secret_access_key' || word === 'session_token') {
    draft.families.add('ACCESS_KEY_ID');
    cursor.takes('as');
    const value = cursor.expectString();
    if (word === 'access_key_id') draft.accessKeyId = value;
    else if (word === 'secret_access_key') draft.secretAccessKey = value;
    else draft.sessionToken = value;
    return undefined;
  }
  if (word === 'format') {
    cursor.takes('as');
    draft.format = cursor.next().value;
    return undefined;
  }
  if (word === 'as') return undefined;
  if (word === 'parquet' || word === 'orc') {
    draft.format = word;
    return undefined;
  }
  if (word === 'maxerror') {
    cursor.takes('as');
    draft.maxError = cursor.expectInteger();
    return undefined;
  }
  if (word === 'acceptinvchars') {
    cursor.takes('as');
    draft.acceptInvalidChars = cursor.current?.kind === 'string' ? cursor.next().value : '?';
    return undefined;
  }
  if (word === 'statupdate') {
    draft.flags.add('statupdate');
    readOnOff(cursor);
    return undefined;
  }
  if (word === 'manifest' || word === 'serializetojson' || word === 'fillrecord' || word === 'explicit_ids') {
    draft.flags.add(word);
    return undefined;
  }
  if (word !== undefined && REFUSED_WITH_PARQUET.has(word)) {
    draft.refused ??= word;
    cursor.takes('as');
    if (word === 'compupdate') readOnOff(cursor);
    else if (word === 'encoding') cursor.next();
    else while (cursor.current?.kind === 'string' || cursor.current?.kind === 'number') cursor.next();
    return undefined;
  }
  throw syntaxErrorAt(token.text);
}

function authorizationOf(draft: Draft): CopyAuthorization {
  if (draft.families.size === 0) throw new SqlError('42601', 'CREDENTIALS argument is required but missing');
  if (draft.families.size > 1) throw new SqlError('42601', `conflicting or redundant options: ${[...draft.families].join(' and ')}`);
  if (draft.arns === 'default') return { kind: 'default-role' };
  if (draft.arns !== undefined) return { kind: 'role', arns: draft.arns };
  const { accessKeyId, secretAccessKey, sessionToken } = draft;
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new SqlError('XX000', INVALID_CREDENTIALS);
  return { kind: 'keys', accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Reads a COPY. Only Parquet is taken; every argument Parquet does not allow is refused by name. */
export function readCopyStatement(tokens: readonly Token[], context: SqlContext): CopyStatement {
  const parameter = tokens.find((token) => token.kind === 'parameter');
  if (parameter !== undefined) throw syntaxErrorAt(parameter.text);
  const cursor = new TokenCursor(tokens);
  cursor.expect('copy');
  const table = takeTableName(cursor, context.caseSensitive);
  let columns: string[] | undefined;
  if (cursor.sees('(')) columns = splitAtCommas(cursor.group()).map((list) => takeIdentifier(new TokenCursor(list), context.caseSensitive));
  const repeated = columns?.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) throw new SqlError('42701', `column "${repeated}" specified more than once`);
  cursor.expect('from');
  if (cursor.sees('stdin')) throw notSupported('COPY FROM STDIN is not supported');
  const from = cursor.expectString();
  const draft: Draft = { given: new Set(), families: new Set(), maxError: 0, flags: new Set() };
  while (!cursor.atEnd) readParameter(cursor, draft);
  if (draft.format !== 'parquet') throw notSupported('This stand-in loads Parquet only: COPY needs FORMAT AS PARQUET');
  if (draft.maxError > 0) draft.refused ??= 'maxerror';
  if (draft.refused !== undefined) throw notSupported(`${draft.refused.toUpperCase()} argument is not supported for PARQUET based COPY`);
  if (!/^s3:\/\/[^/]+\/.+$/.test(from)) throw new SqlError('XX000', `The specified S3 path '${from}' is not valid`);
  return {
    table, columns, from, authorization: authorizationOf(draft), manifest: draft.flags.has('manifest'), serializeToJson: draft.flags.has('serializetojson'),
    fillRecord: draft.flags.has('fillrecord'), explicitIds: draft.flags.has('explicit_ids'), acceptInvalidChars: draft.acceptInvalidChars, statUpdate: draft.flags.has('statupdate'),
  };
}
