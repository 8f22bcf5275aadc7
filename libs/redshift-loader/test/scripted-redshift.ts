import type { RedshiftSession, SessionOpener, SessionPurpose, StatementResult } from '../src/ports.ts';

/** A server error as `pg` rejects with it. */
export function serverError(code: string, message: string, detail?: string): Error {
  return Object.assign(new Error(message), { code, severity: 'ERROR', ...(detail === undefined ? {} : { detail }) });
}

/** What `pg` rejects with when the connection breaks. */
export const connectionLost = (): Error => new Error('Connection terminated unexpectedly');

type Reply = Partial<StatementResult> | Error;
type Rule = { readonly matches: RegExp; readonly reply: (text: string, values: readonly unknown[] | undefined) => Reply | Promise<Reply>; remaining: number };

/** A Redshift that answers by rules, newest first, and remembers what it was sent. */
export class ScriptedRedshift {
  /** `session number: statement` in the order of arrival, white space collapsed. */
  readonly log: string[] = [];
  readonly values: (readonly unknown[] | undefined)[] = [];
  openCount = 0;
  closedCount = 0;
  readonly purposes: SessionPurpose[] = [];
  readonly #rules: Rule[] = [];
  #openErrors: Error[] = [];

  /** The answer to statements that match, for ever or a number of times. */
  on(matches: RegExp, reply: Reply | Rule['reply'], times = Infinity): this {
    this.#rules.unshift({ matches, reply: typeof reply === 'function' ? reply : () => reply, remaining: times });
    return this;
  }

  /** The next sessions are not opened. */
  failOpen(...errors: Error[]): this {
    this.#openErrors.push(...errors);
    return this;
  }

  readonly opener: SessionOpener = async (purpose) => {
    this.purposes.push(purpose);
    const failure = this.#openErrors.shift();
    if (failure !== undefined) throw failure;
    this.openCount += 1;
    return this.#session(this.openCount);
  };

  #session(number: number): RedshiftSession {
    let isLost = false;
    return {
      backendPid: 100 + number,
      query: async (text, values) => {
        if (isLost) throw connectionLost();
        this.log.push(`${number}: ${text.replace(/\s+/g, ' ')}`);
        this.values.push(values);
        const rule = this.#rules.find((candidate) => candidate.remaining > 0 && candidate.matches.test(text));
        if (rule !== undefined) rule.remaining -= 1;
        const reply = await (rule?.reply(text, values) ?? {});
        if (reply instanceof Error) {
          isLost = !('severity' in reply);
          throw reply;
        }
        return { rows: reply.rows ?? [], rowCount: reply.rowCount ?? null };
      },
      close: async () => {
        this.closedCount += 1;
      },
    };
  }

  /** Statements of the log that match, without their session. */
  sent(matches: RegExp): readonly string[] {
    return this.log.map((line) => line.replace(/^\d+: /, '')).filter((text) => matches.test(text));
  }
}
