/** First words of statements that end, begin or need to be outside a transaction. */
const OUTSIDE: ReadonlySet<string> = new Set(['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'truncate', 'vacuum', 'call', 'prepare', 'execute', 'deallocate', 'use']);
/** What CREATE, ALTER and DROP do only outside a transaction. */
const OUTSIDE_OBJECTS: ReadonlySet<string> = new Set(['database', 'external', 'datashare']);

type Token = { readonly kind: 'word' | 'mark' | 'unfinished'; readonly text: string };

/**
 * Words and marks of a statement; what stands in quotes, dollar quotes and comments is no word. A backslash escapes in Redshift's
 * literals. Comments nest.
 */
function* tokensOf(sql: string): Generator<Token> {
  let at = 0;
  while (at < sql.length) {
    const rest = sql.slice(at);
    const space = /^\s+/.exec(rest)?.[0] ?? /^--[^\n]*/.exec(rest)?.[0];
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    if (rest.startsWith('/*')) {
      const end = commentEnd(rest);
      if (end === null) return yield { kind: 'unfinished', text: 'comment' };
      at += end;
      continue;
    }
    const quoted = /^'(?:[^'\\]|\\[\s\S]|'')*'/.exec(rest)?.[0] ?? /^"(?:[^"]|"")*"/.exec(rest)?.[0] ?? /^(\$[A-Za-z_]*\$)[\s\S]*?\1/.exec(rest)?.[0];
    if (quoted !== undefined) {
      yield { kind: 'mark', text: 'quoted' };
      at += quoted.length;
      continue;
    }
    if (/^['"]/.test(rest)) return yield { kind: 'unfinished', text: 'quotation' };
    const word = /^[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/.exec(rest)?.[0];
    if (word !== undefined) yield { kind: 'word', text: word.toLowerCase() };
    else yield { kind: 'mark', text: rest[0]! };
    at += word?.length ?? 1;
  }
}

/** Length of a comment that may hold comments; null when it has no end. */
function commentEnd(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) depth += 1;
    else if (text.startsWith('*/', at)) depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return null;
}

/**
 * Why a statement cannot be part of a transaction, for a message (`commits the transaction`); null when it can.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
 * https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
 */
export function checkTransactionSql(sql: string): string | null {
  const tokens = [...tokensOf(sql)];
  while (tokens.at(-1)?.text === ';') tokens.pop();
  const unfinished = tokens.find((token) => token.kind === 'unfinished');
  if (unfinished !== undefined) return `has a ${unfinished.text} without an end`;
  if (tokens.length === 0) return 'is empty';
  if (tokens.some((token) => token.text === ';')) return 'is several statements; each one stands by itself';
  const words = tokens.filter((token) => token.kind === 'word').map((token) => token.text);
  const [first = '', second = ''] = words;
  if (tokens[0]!.kind !== 'word' && tokens[0]!.text !== '(') return 'does not begin with a word';
  if (OUTSIDE.has(first)) return first === 'truncate' ? 'commits the transaction (use DELETE)' : 'begins, ends or leaves the transaction';
  if (['create', 'alter', 'drop'].includes(first) && OUTSIDE_OBJECTS.has(second)) return `cannot run inside a transaction (${first} ${second})`;
  if (first === 'alter' && second === 'table') {
    if (words.includes('append')) return 'commits the transaction (ALTER TABLE APPEND)';
    const altered = words.findIndex((word, index) => index > 1 && word === 'alter' && words[index + 1] === 'column');
    if (altered > 0 && words.slice(altered).includes('type')) return 'cannot run inside a transaction (ALTER COLUMN TYPE)';
  }
  return null;
}
