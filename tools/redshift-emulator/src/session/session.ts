import type { Socket } from 'node:net';
import { SqlError } from '../wire/sql-error.ts';
import { BackendError, type BackendConnection } from '../wire/backend-connection.ts';
import type { WireMessage } from '../wire/message-reader.ts';
import { errorResponse, message, readyForQuery } from '../wire/messages.ts';
import { readStatement, type Statement } from '../sql/statement.ts';
import { splitStatements, tokenize } from '../sql/tokenize.ts';
import type { HookPhase } from '../control/hooks.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { runStatement, simpleDelivery } from './run-statement.ts';
import { ConnectionDropped, type SessionContext, type SharedState } from './session-context.ts';
import { SessionSettings } from './settings.ts';
import { Transaction } from './transaction.ts';
import { translateError } from './translate-error.ts';

/** Redshift's longest statement. https://docs.aws.amazon.com/redshift/latest/dg/c_redshift-sql.html */
const MAX_STATEMENT_BYTES = 16_777_216;
const TERMINATED = new SqlError('57P01', 'terminating connection due to administrator command', { fatal: true });

/** One client's session after login. Messages are handled one after the other. */
export class Session {
  readonly context: SessionContext;
  readonly #socket: Socket;
  readonly #prepared: PreparedStatements;
  #work: Promise<void> = Promise.resolve();
  #skipsToSync = false;
  #ended = false;
  #isWaitingForDrain = false;

  constructor(id: number, user: string, superuser: boolean, socket: Socket, backend: BackendConnection, shared: SharedState) {
    this.#socket = socket;
    this.context = {
      id, user, shared, backend,
      settings: new SessionSettings(superuser),
      transaction: new Transaction(backend, shared.graph, shared.isolation, user),
      send: (bytes) => this.#send(bytes),
      ask: (statement, phase) => this.#ask(statement, phase),
    };
    this.#prepared = new PreparedStatements(this.context, (sql) => this.#read(sql));
    void backend.closed.then(() => this.#onBackendClosed());
    socket.once('close', () => void this.end());
  }

  /** Takes a message; it is handled after those that came before. */
  accept(received: WireMessage): void {
    const copy: WireMessage = { type: received.type, body: Buffer.from(received.body) };
    this.#work = this.#work.then(() => this.#handle(copy)).catch((error: unknown) => this.#onFailure(error));
  }

  /** Ends the session once the statement that runs is done; an open transaction is rolled back. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#work;
    this.context.transaction.abandon();
    this.context.backend.destroy();
  }

  /** Ends the session at once. */
  destroy(): void {
    this.#ended = true;
    this.context.transaction.abandon();
    this.context.backend.destroy();
    this.#socket.destroy();
  }

  async #handle({ type, body }: WireMessage): Promise<void> {
    if (this.#ended) return undefined;
    if (this.#skipsToSync && type !== 'S' && type !== 'X') return undefined;
    switch (type) {
      case 'Q': return this.#simpleQuery(body.toString('utf8', 0, body.length - 1));
      case 'P': return this.#extended(() => this.#prepared.parse(body));
      case 'B': return this.#extended(() => this.#prepared.bind(body));
      case 'D': return this.#extended(() => this.#prepared.describe(body));
      case 'E': return this.#extended(() => this.#prepared.execute(body));
      case 'C': return this.#extended(() => this.#prepared.close(body));
      case 'S': return this.#sync();
      case 'H': return undefined;
      case 'X': this.#socket.end(); return undefined;
      case 'F': return this.#extended(() => { throw new SqlError('0A000', 'function call protocol is not supported'); });
      default: return undefined;
    }
  }

  #read(sql: string): Statement[] {
    const size = Buffer.byteLength(sql);
    if (size > MAX_STATEMENT_BYTES) throw new SqlError('42601', `Statement is too large. Statement Size: ${size} bytes. Maximum Allowed: ${MAX_STATEMENT_BYTES} bytes`);
    const context = { caseSensitive: this.context.settings.caseSensitiveIdentifiers, database: this.context.shared.database };
    return splitStatements(tokenize(sql)).map((tokens) => readStatement(sql, tokens, context));
  }

  async #simpleQuery(sql: string): Promise<void> {
    try {
      const statements = this.#read(sql);
      if (statements.length === 0) this.#send(message('I'));
      for (const [index, statement] of statements.entries()) {
        await runStatement(this.context, statement, simpleDelivery(statement.backendSql, statements.length === 1), index === statements.length - 1);
      }
    } catch (error) {
      await this.#report(error);
    }
    this.#ready();
  }

  async #extended(step: () => Promise<void> | void): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.#report(error);
      this.#skipsToSync = true;
    }
  }

  async #sync(): Promise<void> {
    this.#skipsToSync = false;
    const { transaction } = this.context;
    if (transaction.block === 'none') await transaction.rollback();
    this.#ready();
  }

  #ready(): void {
    this.#send(readyForQuery(this.context.transaction.status));
  }

  /** Sends an error. The transaction, if any, is failed. */
  async #report(error: unknown): Promise<void> {
    if (error instanceof ConnectionDropped || this.context.backend.lastError !== undefined) throw error;
    const sqlError = error instanceof BackendError ? translateError(error.fields, { queryId: 0, transactionNumber: this.context.transaction.number, table: this.context.transaction.lastTable }) : error;
    if (!(sqlError instanceof SqlError)) throw error;
    const { transaction } = this.context;
    if (transaction.block === 'open') transaction.block = 'failed';
    await transaction.rollback();
    this.#send(errorResponse(sqlError));
    if (sqlError.fatal) this.destroy();
  }

  async #ask(statement: Statement, phase: HookPhase): Promise<void> {
    const { id, user, backend, shared } = this.context;
    const reply = await shared.hooks.ask({ sessionId: id, pid: backend.processId, user, kind: statement.kind, sql: statement.logText.replace(/\s+/g, ' '), phase });
    if (reply instanceof SqlError) throw reply;
    if (reply === 'drop-connection') {
      this.destroy();
      throw new ConnectionDropped();
    }
    if (reply !== 'hold-answer') return;
    await new Promise<void>((resolve) => (this.#socket.destroyed ? resolve() : this.#socket.once('close', () => resolve())));
    this.destroy();
    throw new ConnectionDropped();
  }

  #send(bytes: Buffer): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#joinWrites();
    if (this.#socket.write(bytes) || this.#isWaitingForDrain) return;
    this.#isWaitingForDrain = true;
    this.context.backend.pause();
    this.#socket.once('drain', () => {
      this.#isWaitingForDrain = false;
      this.context.backend.resume();
    });
  }

  #onBackendClosed(): void {
    if (this.#socket.destroyed) return;
    const fields = this.context.backend.lastError;
    if (!this.#ended || fields !== undefined) this.#send(errorResponse(TERMINATED));
    this.#ended = true;
    this.context.transaction.abandon();
    this.#socket.end();
  }

  #onFailure(error: unknown): void {
    if (error instanceof ConnectionDropped) return;
    this.destroy();
  }

  /** One packet for what is sent in one turn: a result of many rows is many small messages. */
  #joinWrites(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
  }
}
