import type { Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import type { EmulatedUser } from '../catalog/install.ts';
import { quoteLiteral, quoteName } from '../sql/identifiers.ts';
import { BackendConnection, BackendError, type PostgresAddress } from '../wire/backend-connection.ts';
import { loginChallenge, type LoginChallenge, type LoginMethod } from '../wire/login.ts';
import { MessageReader, type WireMessage } from '../wire/message-reader.ts';
import { cString, errorResponse, int32, message, readyForQuery } from '../wire/messages.ts';
import { SqlError } from '../wire/sql-error.ts';
import type { SharedState } from './session-context.ts';
import { Session } from './session.ts';
import { startupSettings } from './settings.ts';

const CODE = { protocol3: 196608, cancel: 80877102, ssl: 80877103, gss: 80877104 } as const;

/** What a connection needs of the emulator before it is a session. */
export interface Doorway {
  readonly users: Readonly<Record<string, EmulatedUser>>;
  readonly login: LoginMethod;
  readonly tls: { readonly key: string; readonly cert: string; readonly required: boolean } | undefined;
  readonly postgres: PostgresAddress;
  readonly shared: SharedState;
  readonly nextSessionId: () => number;
  readonly sessions: Set<Session>;
}

const fatal = (code: string, text: string): SqlError => new SqlError(code, text, { fatal: true });

/** ParameterStatus that Redshift sends: an 8.0.2 server, without standard_conforming_strings. */
const PARAMETERS: readonly (readonly [string, string])[] = [['server_version', '8.0.2'], ['server_encoding', 'UTF8'], ['client_encoding', 'UTF8'], ['DateStyle', 'ISO, MDY'], ['TimeZone', 'UTC'], ['integer_datetimes', 'on']];

/** A client from its first byte to its session. */
export class ClientConnection {
  #socket: Socket;
  readonly #doorway: Doorway;
  readonly #reader = new MessageReader(false);
  #startup: Map<string, string> | undefined;
  #challenge: LoginChallenge | undefined;
  #session: Session | undefined;
  readonly #early: WireMessage[] = [];
  #loggedIn = false;

  constructor(socket: Socket, doorway: Doorway) {
    this.#socket = socket;
    this.#doorway = doorway;
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      this.#reader.push(bytes);
      this.#drain();
    });
  }

  #drain(): void {
    try {
      for (let received = this.#reader.next(); received !== undefined; received = this.#reader.next()) this.#take(received);
    } catch (error) {
      this.#refuse(error instanceof SqlError ? error : fatal('08P01', 'invalid message'));
    }
  }

  #take(received: WireMessage): void {
    if (this.#session !== undefined) this.#session.accept(received);
    else if (this.#loggedIn) this.#early.push({ type: received.type, body: Buffer.from(received.body) });
    else if (received.type === undefined) this.#opening(received.body);
    else if (received.type === 'p') void this.#logIn(received.body);
  }

  #opening(body: Buffer): void {
    const code = body.readInt32BE(0);
    if (code === CODE.ssl) this.#startTls();
    else if (code === CODE.gss) this.#socket.write('N');
    else if (code === CODE.cancel) this.#cancel(body.readInt32BE(4), body.readInt32BE(8));
    else if (code === CODE.protocol3) this.#askForPassword(body);
    else throw fatal('08P01', 'unsupported frontend protocol');
  }

  #startTls(): void {
    const { tls } = this.#doorway;
    if (tls === undefined) {
      this.#socket.write('N');
      return;
    }
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.write('S');
    const secure = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext({ key: tls.key, cert: tls.cert }) });
    this.#socket = secure;
    this.#listen(secure);
  }

  #cancel(processId: number, secretKey: number): void {
    for (const session of this.#doorway.sessions) {
      const { backend } = session.context;
      if (backend.processId === processId && backend.secretKey === secretKey) void backend.cancel().catch(() => undefined);
    }
    this.#socket.end();
  }

  #askForPassword(body: Buffer): void {
    const fields = body.toString('utf8', 4).split('\0');
    const parameters = new Map<string, string>();
    for (let index = 0; index + 1 < fields.length && fields[index] !== ''; index += 2) parameters.set(fields[index]!, fields[index + 1]!);
    const { tls, users, login, shared } = this.#doorway;
    const user = parameters.get('user') ?? '';
    const database = parameters.get('database') ?? user;
    if (tls?.required === true && !(this.#socket instanceof TLSSocket)) throw fatal('28000', `no pg_hba.conf entry for host "${this.#socket.remoteAddress}", user "${user}", database "${database}", SSL off`);
    startupSettings(parameters);
    if (database !== shared.database) throw fatal('3D000', `database "${database}" does not exist`);
    this.#startup = parameters;
    this.#challenge = loginChallenge(login, user, Object.hasOwn(users, user) ? users[user]!.password : undefined);
    this.#reader.typed = true;
    this.#socket.write(this.#challenge.request);
  }

  async #logIn(password: Buffer): Promise<void> {
    const startup = this.#startup!;
    const user = startup.get('user')!;
    try {
      if (!this.#challenge!.accepts(password)) throw fatal('28000', `password authentication failed for user "${user}"`);
      this.#loggedIn = true;
      await this.#openSession(user, startup);
    } catch (error) {
      this.#refuse(error instanceof SqlError ? error : fatal('XX000', error instanceof BackendError ? error.message : 'the backing server is not available'));
    }
  }

  async #openSession(user: string, startup: ReadonlyMap<string, string>): Promise<void> {
    const { postgres, shared, users, sessions, nextSessionId } = this.#doorway;
    const backend = await BackendConnection.open(postgres, shared.database);
    const applicationName = startup.get('application_name');
    const sets = [...startupSettings(startup)].map(([name, value]) => `SET ${name} TO ${quoteLiteral(value)}; `).join('');
    await backend.rows(`INSERT INTO redshift_emulator.sessions VALUES (${backend.processId}, ${quoteLiteral(user)}) ON CONFLICT (pid) DO UPDATE SET user_name = excluded.user_name;
      SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO, MDY'; SET bytea_output TO 'hex'; SET extra_float_digits TO 1; SET client_min_messages TO notice; SET max_parallel_workers_per_gather TO 0;
      ${applicationName === undefined ? '' : `SET application_name TO ${quoteLiteral(applicationName)};`} ${sets}SET SESSION AUTHORIZATION ${quoteName(user)}`);
    if (this.#socket.destroyed) {
      backend.destroy();
      return;
    }
    const session = new Session(nextSessionId(), user, users[user]!.superuser === true, this.#socket, backend, shared);
    sessions.add(session);
    this.#socket.once('close', () => sessions.delete(session));
    this.#session = session;
    const status = [...PARAMETERS, ['is_superuser', users[user]!.superuser === true ? 'on' : 'off'] as const, ['session_authorization', user] as const];
    this.#socket.write(Buffer.concat([
      message('R', int32(0)), ...status.map(([name, value]) => message('S', cString(name), cString(value))),
      message('K', int32(backend.processId), int32(backend.secretKey)), readyForQuery('I'),
    ]));
    for (const received of this.#early.splice(0)) session.accept(received);
  }

  #refuse(error: SqlError): void {
    if (!this.#socket.destroyed) this.#socket.end(errorResponse(error));
  }
}
