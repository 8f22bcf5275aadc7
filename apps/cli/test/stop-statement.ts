import type { HookEvent, HookPhase, HookReply, Hooks } from '@tidemark/redshift-emulator';
import { ledgerName } from './crash-stack.ts';
import type { Stop } from './stop.ts';

/** Statements of the transaction that loads a group, in their order. */
export type LoadStatement = 'create-table' | 'copy' | 'insert' | 'commit';

export interface StatementStop {
  /** `create-table` makes the staging table, `insert` writes into the ledger. */
  readonly kind: LoadStatement;
  readonly phase: HookPhase;
  /** What becomes of the statement when it goes on. */
  readonly reply?: HookReply;
}

/** Keeps a statement waiting in the next transaction that loads a table. */
export function stopInLoad(hooks: Hooks, table: string, { kind, phase, reply }: StatementStop): Stop {
  const loading = new LoadSessions(table);
  return stopWhere(hooks, (event) => loading.note(event) && event.kind === kind && event.phase === phase && (kind !== 'insert' || event.sql.includes(ledgerName(table))), reply);
}

/** Keeps the nth statement, from 0, waiting that is carried out in the next transactions that load a table; the session is gone when it goes on. */
export function stopAfter(hooks: Hooks, table: string, nth: number): Stop & { readonly statement: () => string | null } {
  const loading = new LoadSessions(table);
  let seen = -1;
  let statement: string | null = null;
  const matches = (event: HookEvent): boolean => {
    if (!loading.note(event) || event.phase !== 'after' || ++seen !== nth) return false;
    statement = event.sql;
    return true;
  };
  return { ...stopWhere(hooks, matches, 'drop-connection'), statement: () => statement };
}

/** Keeps the next LOCK of a table's ledger waiting, of a fence or of a load. */
export function stopAtLock(hooks: Hooks, table: string): Stop {
  return stopWhere(hooks, ({ kind, phase, sql }) => kind === 'lock' && phase === 'before' && sql.includes(ledgerName(table)), undefined);
}

function stopWhere(hooks: Hooks, matches: (event: HookEvent) => boolean, reply: HookReply): Stop {
  let arrive!: () => void;
  let goOn!: () => void;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const released = new Promise<void>((resolve) => (goOn = resolve));
  const stop = hooks.on(async (event) => {
    if (!matches(event)) return undefined;
    stop();
    arrive();
    await released;
    return reply;
  });
  return { reached, goOn };
}

/** The sessions that load one table: they have locked its ledger and made a staging table. */
class LoadSessions {
  readonly #ledger: string;
  readonly #locked = new Set<number>();
  readonly #loading = new Set<number>();

  constructor(table: string) {
    this.#ledger = ledgerName(table);
  }

  /** Takes notice of a statement; true when its session loads the table. */
  note({ sessionId, kind, sql }: HookEvent): boolean {
    if (kind === 'lock' && sql.includes(this.#ledger)) this.#locked.add(sessionId);
    if (kind === 'create-table' && this.#locked.has(sessionId)) this.#loading.add(sessionId);
    return this.#loading.has(sessionId);
  }
}
