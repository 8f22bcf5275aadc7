import type { IsolationLevel } from '../catalog/install.ts';
import type { HookPhase, Hooks } from '../control/hooks.ts';
import type { StatementLog } from '../control/statement-log.ts';
import type { SerializationGraph } from '../isolation/serialization-graph.ts';
import type { CopySources } from '../copy/copy-sources.ts';
import type { BackendConnection } from '../wire/backend-connection.ts';
import type { Statement } from '../sql/statement.ts';
import type { BackendTypes } from './result-translator.ts';
import type { SessionSettings } from './settings.ts';
import type { Transaction } from './transaction.ts';

/** What all sessions of an emulator share. */
export interface SharedState {
  readonly hooks: Hooks;
  readonly log: StatementLog;
  readonly graph: SerializationGraph;
  readonly isolation: IsolationLevel;
  readonly types: BackendTypes;
  readonly sources: CopySources;
  /** Rows over this many bytes make a COPY fail. */
  readonly maxRowBytes: number;
  /** Runs SQL with all rights outside every session: logs that survive a rollback, questions that take no snapshot. */
  readonly admin: (sql: string) => Promise<(string | null)[][]>;
  readonly database: string;
}

/** One client's session, as the parts that execute statements see it. */
export interface SessionContext {
  readonly id: number;
  readonly user: string;
  readonly shared: SharedState;
  readonly backend: BackendConnection;
  readonly settings: SessionSettings;
  readonly transaction: Transaction;
  /** Sends bytes to the client; nothing happens when it is gone. */
  readonly send: (bytes: Buffer) => void;
  /** Asks the hooks; throws {@link ConnectionDropped} or the injected error. */
  readonly ask: (statement: Statement, phase: HookPhase) => Promise<void>;
}

/** A hook cut the client's connection. */
export class ConnectionDropped extends Error {
  constructor() {
    super('The connection was cut by a hook.');
    this.name = 'ConnectionDropped';
  }
}
