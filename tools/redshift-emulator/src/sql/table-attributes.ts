import { SqlError } from '../wire/sql-error.ts';
import { takeIdentifier, type TableName } from './identifiers.ts';
import { TokenCursor, splitAtCommas } from './token-cursor.ts';
import type { SqlContext } from './translate.ts';

/** Distribution and order of a table. */
export interface KeyAttributes {
  distStyle?: 'auto' | 'even' | 'key' | 'all';
  distKey?: string;
  sortKeys?: string[];
  interleaved?: boolean;
  backup?: boolean;
  like?: TableName;
}

const MAX_SORT_KEYS = 400;
const MAX_INTERLEAVED_KEYS = 8;

function takeNames(cursor: TokenCursor, context: SqlContext): string[] {
  return splitAtCommas(cursor.group()).map((tokens) => takeIdentifier(new TokenCursor(tokens), context.caseSensitive));
}

function takeDistStyle(cursor: TokenCursor): 'auto' | 'even' | 'key' | 'all' {
  for (const style of ['auto', 'even', 'key', 'all'] as const) if (cursor.takes(style)) return style;
  throw cursor.error();
}

/** Takes BACKUP, DISTSTYLE, DISTKEY, SORTKEY and ENCODE AUTO after a table's columns, in any order. */
export function takeTableAttributes(cursor: TokenCursor, attributes: KeyAttributes, context: SqlContext): void {
  for (;;) {
    if (cursor.takes('backup')) {
      attributes.backup = cursor.takes('yes');
      if (!attributes.backup) cursor.expect('no');
    } else if (cursor.takes('diststyle')) attributes.distStyle = takeDistStyle(cursor);
    else if (cursor.takes('distkey')) {
      const [name, more] = takeNames(cursor, context);
      if (more !== undefined || attributes.distKey !== undefined) throw new SqlError('42601', 'multiple distribution keys are not allowed');
      attributes.distKey = name!;
    } else if (cursor.sees('compound') || cursor.sees('interleaved') || cursor.sees('sortkey')) {
      attributes.interleaved = cursor.takes('interleaved');
      if (!attributes.interleaved) cursor.takes('compound');
      cursor.expect('sortkey');
      if (cursor.takes('auto')) continue;
      attributes.sortKeys = takeNames(cursor, context);
    } else if (cursor.takes('encode', 'auto')) continue;
    else break;
  }
  const { distStyle, distKey, sortKeys, interleaved } = attributes;
  if (distStyle !== undefined && distStyle !== 'key' && distKey !== undefined) throw new SqlError('42601', `cannot specify DISTKEY for table with DISTSTYLE ${distStyle.toUpperCase()}`);
  if (distStyle === 'key' && distKey === undefined) throw new SqlError('42601', 'must specify DISTKEY for table with DISTSTYLE KEY');
  const limit = interleaved === true ? MAX_INTERLEAVED_KEYS : MAX_SORT_KEYS;
  if (sortKeys !== undefined && sortKeys.length > limit) throw new SqlError('54011', `cannot specify more than ${limit} sort keys`);
}
