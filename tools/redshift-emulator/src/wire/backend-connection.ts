import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { MessageReader, type WireMessage } from './message-reader.ts';
import { cString, dataRowValues, int32, message, reportFields, simpleQuery } from './messages.ts';
import { md5Password } from './md5-password.ts';
import { ScramClient } from './scram-client.ts';

/** Where the backing PostgreSQL listens and who may do everything there. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
}

/** What a request to the backing server came to. */
export interface BackendResult {
  readonly rows: (string | null)[][];
  readonly tag: string | undefined;
  readonly error: Map<string, string> | undefined;
}

/** A statement of the emulator's own failed in the backing server. */
export class BackendError extends Error {
  readonly fields: Map<string, string>;

  constructor(fields: Map<string, string>) {
    super(fields.get('M') ?? 'unknown error');
    this.name = 'BackendError';
    this.fields = fields;
  }
}

/** Looks at a message of the answer; true means it was taken and does not go into the result. */
export type AnswerSink = (message: WireMessage) => boolean;

/** One connection to the backing PostgreSQL, used by one session, one request at a time. */
export class BackendConnection {
  readonly address: PostgresAddress;
  processId = 0;
  secretKey = 0;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #reader = new MessageReader(true);
  #receive: ((message: WireMessage) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  #ended: Error | undefined;
  #lastError: Map<string, string> | undefined;

  private constructor(address: PostgresAddress, socket: Socket) {
    this.address = address;
    this.#socket = socket;
    socket.setNoDelay(true);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('The backing server closed the connection.')));
  }

  /** Logs in. */
  static async open(address: PostgresAddress, database: string): Promise<BackendConnection> {
    const socket = connect({ host: address.host, port: address.port });
    await once(socket, 'connect');
    const backend = new BackendConnection(address, socket);
    await backend.#logIn(database);
    return backend;
  }

  /** The error with which the server ended the connection, where it said one. */
  get lastError(): Map<string, string> | undefined {
    return this.#lastError;
  }

  /** Runs SQL text; a failure is in the result, not thrown. */
  run(sql: string, sink?: AnswerSink): Promise<BackendResult> {
    return this.exchange([simpleQuery(sql)], sink);
  }

  /** Runs SQL text of the emulator's own and gives the rows. */
  async rows(sql: string): Promise<(string | null)[][]> {
    const result = await this.run(sql);
    if (result.error !== undefined) throw new BackendError(result.error);
    return result.rows;
  }

  /** Sends messages, the last of which makes the server answer with ReadyForQuery, and reads up to that. */
  async exchange(messages: readonly Buffer[], sink?: AnswerSink): Promise<BackendResult> {
    const rows: (string | null)[][] = [];
    let tag: string | undefined;
    let error: Map<string, string> | undefined;
    await this.#converse(messages, (answer) => {
      if (answer.type === 'Z') return true;
      if (answer.type === 'E') error ??= reportFields(answer.body);
      else if (answer.type === 'C') tag = answer.body.toString('utf8', 0, answer.body.length - 1);
      else if (sink?.(answer) !== true && answer.type === 'D') rows.push(dataRowValues(answer.body));
      return false;
    });
    return { rows, tag, error };
  }

  /** Runs `COPY … FROM STDIN` and feeds it. A failing source fails the COPY and is thrown. */
  async copyIn(sql: string, source: AsyncIterable<Buffer>): Promise<BackendResult> {
    let error: Map<string, string> | undefined;
    let tag: string | undefined;
    let sourceError: unknown;
    let feeding: Promise<void> | undefined;
    let stopped = false;
    const feed = async (): Promise<void> => {
      try {
        for await (const chunk of source) {
          if (stopped) return;
          if (!this.#socket.write(message('d', chunk))) await Promise.race([once(this.#socket, 'drain'), this.closed]);
        }
        this.#socket.write(message('c'));
      } catch (failure) {
        sourceError = failure;
        this.#socket.write(message('f', cString('source failed')));
      }
    };
    try {
      await this.#converse([simpleQuery(sql)], (answer) => {
        if (answer.type === 'G') feeding = feed();
        if (answer.type === 'E') {
          error ??= reportFields(answer.body);
          stopped = true;
        }
        if (answer.type === 'C') tag = answer.body.toString('utf8', 0, answer.body.length - 1);
        return answer.type === 'Z';
      });
    } finally {
      stopped = true;
      await feeding;
    }
    if (sourceError !== undefined) throw sourceError;
    return { rows: [], tag, error };
  }

  /** Asks the server to cancel what this connection runs. */
  async cancel(): Promise<void> {
    const socket = connect({ host: this.address.host, port: this.address.port });
    await once(socket, 'connect');
    socket.end(Buffer.concat([int32(16), int32(80877102), int32(this.processId), int32(this.secretKey)]));
    socket.resume();
    await once(socket, 'close');
  }

  /** Stops and continues reading, so that a slow client slows the server down. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Cuts the connection; an open transaction is rolled back by the server. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #converse(messages: readonly Buffer[], isDone: (message: WireMessage) => boolean): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    if (this.#receive !== undefined) throw new Error('The backing connection is already in use.');
    try {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject;
        this.#receive = (answer) => {
          try {
            if (isDone(answer)) resolve();
          } catch (error) {
            reject(error as Error);
          }
        };
        for (const bytes of messages) this.#socket.write(bytes);
      });
    } finally {
      this.#receive = undefined;
      this.#fail = undefined;
    }
  }

  async #logIn(database: string): Promise<void> {
    const { user, password } = this.address;
    const body = Buffer.concat([int32(196608), ...['user', user, 'database', database, 'client_encoding', 'UTF8'].map(cString), Buffer.alloc(1)]);
    let scram: ScramClient | undefined;
    await this.#converse([Buffer.concat([int32(body.length + 4), body])], (answer) => {
      if (answer.type === 'Z') return true;
      if (answer.type === 'E') throw new BackendError(reportFields(answer.body));
      if (answer.type === 'K') {
        this.processId = answer.body.readInt32BE(0);
        this.secretKey = answer.body.readInt32BE(4);
      }
      if (answer.type !== 'R') return false;
      const request = answer.body.readInt32BE(0);
      if (request !== 0 && request !== 12 && password === undefined) throw new Error('The backing PostgreSQL asks for a password and none is configured.');
      if (request === 3) this.#socket.write(message('p', cString(password!)));
      else if (request === 5) this.#socket.write(message('p', cString(md5Password(user, password!, answer.body.subarray(4, 8)))));
      else if (request === 10) {
        scram = new ScramClient(password!);
        this.#socket.write(message('p', cString('SCRAM-SHA-256'), int32(Buffer.byteLength(scram.first)), Buffer.from(scram.first)));
      } else if (request === 11) this.#socket.write(message('p', Buffer.from(scram!.final(answer.body.toString('utf8', 4)))));
      else if (request !== 0 && request !== 12) throw new Error(`The backing PostgreSQL asks for authentication ${request}, which is not known here.`);
      return false;
    });
  }

  #onData(bytes: Buffer): void {
    this.#reader.push(bytes);
    for (let answer = this.#reader.next(); answer !== undefined; answer = this.#reader.next()) {
      if (answer.type === 'E' && this.#receive === undefined) this.#lastError = reportFields(answer.body);
      else this.#receive?.(answer);
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#fail?.(this.#ended);
  }
}
