import { CdcError } from './errors.ts';

/** What a literal may be; each kind has a grammar that the text must match before it enters SQL. */
export type LiteralKind = 'integer' | 'decimal' | 'date' | 'datetime' | 'string' | 'hex';

const GRAMMAR: Readonly<Record<Exclude<LiteralKind, 'string'>, RegExp>> = {
  integer: /^-?\d{1,20}$/,
  decimal: /^-?\d{1,65}(\.\d{1,38})?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  datetime: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/,
  hex: /^([0-9A-F]{2})*$/i,
};

/**
 * SQL text of a value. The text protocol binds in the client, so this is the only way a value enters a query:
 * numbers and times by grammar, strings as hexadecimal, which no sql_mode and no character set can read otherwise
 * (https://dev.mysql.com/doc/refman/8.4/en/hexadecimal-literals.html).
 */
export class SqlLiteral {
  readonly sql: string;

  private constructor(text: string) {
    this.sql = text;
  }

  /** @throws CdcError `CDC_LITERAL` when the text is not of the kind */
  static encode(kind: LiteralKind, text: string): SqlLiteral {
    if (kind === 'string') {
      if (!text.isWellFormed()) throw new CdcError('CDC_LITERAL', { message: `A string with an unpaired surrogate (${text.length} UTF-16 units) cannot be sent to MySQL.` });
      return new SqlLiteral(`_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`);
    }
    if (!GRAMMAR[kind].test(text)) {
      throw new CdcError('CDC_LITERAL', { message: `A cursor value of ${text.length} characters is not a ${kind}.`, details: { kind, length: text.length } });
    }
    if (kind === 'hex') return new SqlLiteral(`X'${text}'`);
    if (kind === 'date' || kind === 'datetime') return new SqlLiteral(`'${text}'`);
    return new SqlLiteral(text);
  }
}
