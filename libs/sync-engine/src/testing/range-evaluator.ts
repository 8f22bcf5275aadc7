/** A row of the memory source: column name to the server's text. */
export type TextRow = Readonly<Record<string, string | null>>;

type Condition = (row: TextRow) => boolean;

const TOKEN = /\s*(?:(`(?:[^`]|``)*`(?:\.`(?:[^`]|``)*`)*)|('[^']*')|(-?\d+(?:\.\d+)?)|(<=|>=|<|>|=|\(|\)|,|\*)|([a-z_]+))/gy;

interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'symbol' | 'word';
  readonly text: string;
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.trimEnd().length) {
    const match = TOKEN.exec(sql);
    if (match === null) throw new SyntaxError(`the memory source cannot read this SQL: ${sql}`);
    const [, name, text, number, symbol, word] = match;
    if (name !== undefined) tokens.push({ kind: 'name', text: name.slice(name.lastIndexOf('.`') + 1).replace(/^`|`$/g, '') });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'word', text: word! });
  }
  return tokens;
}

function compareText(left: string, right: string, isNumber: boolean): number {
  if (isNumber) return Number(BigInt(left) - BigInt(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Reads the conditions that compiled ranges consist of: comparisons with literals, and, or, parentheses, `is not null`. */
class ConditionParser {
  readonly #tokens: readonly Token[];
  #at: number;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  any(): Condition {
    let left = this.#all();
    while (this.#takes('or')) {
      const [first, second] = [left, this.#all()];
      left = (row) => first(row) || second(row);
    }
    return left;
  }

  #all(): Condition {
    let left = this.#one();
    while (this.#takes('and')) {
      const [first, second] = [left, this.#one()];
      left = (row) => first(row) && second(row);
    }
    return left;
  }

  #one(): Condition {
    if (this.#takes('(')) {
      const inner = this.any();
      if (!this.#takes(')')) throw new SyntaxError('a parenthesis is not closed');
      return inner;
    }
    const column = this.#next().text;
    if (this.#takes('is')) {
      const isNegated = this.#takes('not');
      this.#next();
      return (row) => (row[column] === null) !== isNegated;
    }
    const operator = this.#next().text;
    const literal = this.#next();
    return (row) => {
      const value = row[column];
      if (value === null || value === undefined) return false;
      const order = compareText(value, literal.text, literal.kind === 'number');
      return operator === '=' ? order === 0 : operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
    };
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('the SQL ends too early');
    return token;
  }

  #takes(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.text !== text || token.kind === 'text') return false;
    this.#at++;
    return true;
  }
}

/**
 * Runs a compiled range over rows, or over those of a query that stands in their place: what the WHERE admits, in the order given, up to the LIMIT.
 * @param order columns of the ORDER BY with how they compare; all descending where the SQL says `desc`
 */
export function evaluateRange(sql: string, rows: readonly TextRow[], order: readonly { readonly name: string; readonly isNumber: boolean }[]): readonly TextRow[] {
  return evaluate(tokensOf(sql), rows, order);
}

/** The tokens of a query that stands in the place of the table, and those that stand around it; null for a table. */
function queryWithin(tokens: readonly Token[]): { readonly inner: readonly Token[]; readonly outer: readonly Token[] } | null {
  const from = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'from');
  if (tokens[from + 1]?.text !== '(') return null;
  let depth = 0;
  const end = tokens.findIndex(({ kind, text }, at) => at > from && kind === 'symbol' && (depth += text === '(' ? 1 : text === ')' ? -1 : 0) === 0 && text === ')');
  return { inner: tokens.slice(from + 2, end), outer: [...tokens.slice(0, from), ...tokens.slice(end + 1)] };
}

function evaluate(tokens: readonly Token[], table: readonly TextRow[], order: readonly { readonly name: string; readonly isNumber: boolean }[]): readonly TextRow[] {
  const query = queryWithin(tokens);
  if (query !== null) return evaluate(query.outer, evaluate(query.inner, table, []), order);
  const rows = table;
  const where = tokens.findIndex((token) => token.kind === 'word' && token.text === 'where');
  const admits: Condition = where < 0 ? () => true : new ConditionParser(tokens, where + 1).any();
  const limitAt = tokens.findIndex((token) => token.kind === 'word' && token.text === 'limit');
  const limit = limitAt < 0 ? rows.length : Number(tokens[limitAt + 1]!.text);
  const offsetAt = tokens.findIndex((token) => token.kind === 'word' && token.text === 'offset');
  const offset = offsetAt < 0 ? 0 : Number(tokens[offsetAt + 1]!.text);
  const isNewestFirst = tokens.some((token) => token.kind === 'word' && token.text === 'desc');
  return rows
    .filter(admits)
    .sort((left, right) => {
      for (const { name, isNumber } of order) {
        const difference = compareText(left[name] ?? '', right[name] ?? '', isNumber);
        if (difference !== 0) return isNewestFirst ? -difference : difference;
      }
      return 0;
    })
    .slice(offset, offset + limit);
}
