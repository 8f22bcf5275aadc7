import { SqlError } from '../wire/sql-error.ts';

export type HookPhase = 'before' | 'during' | 'after';

/** A statement at a point where a test may step in. */
export interface HookEvent {
  readonly sessionId: number;
  readonly pid: number;
  readonly user: string;
  /** As sent, white space collapsed, keys redacted. */
  readonly sql: string;
  readonly kind: string;
  /** `during`: inside a COPY, after part of the rows went to the database. */
  readonly phase: HookPhase;
}

/**
 * What a listener asks for. `drop-connection` cuts the client off: before the statement it is not executed, after it the
 * client never learns that it was. `hold-answer` executes the statement and keeps the answer until the client goes away.
 * A listener that resolves late delays the statement; a client that leaves meanwhile does not stop it.
 */
export type HookReply = void | 'drop-connection' | 'hold-answer' | SqlError;
export type HookListener = (event: HookEvent) => HookReply | Promise<HookReply>;

/** Listeners on statements, asked in the order in which they came. */
export class Hooks {
  readonly #listeners = new Set<HookListener>();

  /** Adds a listener; the returned function takes it away. */
  on(listener: HookListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The next statement that matches fails with this error; it is not executed, or broken off when `phase` is `during`. */
  failNext(matches: (event: HookEvent) => boolean, error: { code: string; message: string; detail?: string }, phase: HookPhase = 'before'): void {
    const stop = this.on((event) => {
      if (event.phase !== phase || !matches(event)) return undefined;
      stop();
      return new SqlError(error.code, error.message, error.detail === undefined ? {} : { detail: error.detail });
    });
  }

  /** Asks every listener; the first reply that asks for something counts. */
  async ask(event: HookEvent): Promise<HookReply> {
    for (const listener of [...this.#listeners]) {
      const reply = await listener(event);
      if (reply !== undefined) return reply;
    }
    return undefined;
  }
}
