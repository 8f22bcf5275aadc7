import { SqlError } from '../wire/sql-error.ts';
import { BackendError } from '../wire/backend-connection.ts';
import { SYNC, cString, int32, message, rowDescription } from '../wire/messages.ts';
import type { Statement } from '../sql/statement.ts';
import { refuseMergeOfOwnTarget } from './merge-source.ts';
import { translateParameterDescription, translateRowDescription } from './result-translator.ts';
import { runStatement, simpleDelivery, type Delivery } from './run-statement.ts';
import type { SessionContext } from './session-context.ts';

/** Statements that live prepared in the backing server; the others are run by the emulator. */
const PREPARED_KINDS: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete', 'merge', 'explain']);
const NO_DATA = message('n');
const VARCHAR_OID = 1043;

interface Prepared {
  readonly statement: Statement | undefined;
  readonly backendName: string | undefined;
  parameters: Buffer | undefined;
  /** RowDescription body; undefined when the statement gives no rows. */
  rows: Buffer | undefined;
}

interface Portal {
  readonly prepared: Prepared;
  /** Body of Bind after the two names. */
  readonly bind: Buffer;
  readonly formats: readonly number[];
}

/** Result formats at the end of a Bind body. */
function resultFormats(bind: Buffer): number[] {
  let offset = 2 + bind.readInt16BE(0) * 2;
  const values = bind.readInt16BE(offset);
  offset += 2;
  for (let index = 0; index < values; index += 1) offset += 4 + Math.max(0, bind.readInt32BE(offset));
  return Array.from({ length: bind.readInt16BE(offset) }, (_unused, index) => bind.readInt16BE(offset + 2 + index * 2));
}

function readNames(body: Buffer, count: number): { names: string[]; rest: Buffer } {
  const names: string[] = [];
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const end = body.indexOf(0, offset);
    names.push(body.toString('utf8', offset, end));
    offset = end + 1;
  }
  return { names, rest: body.subarray(offset) };
}

/** The extended query protocol of one session. A portal is always run to its end: row limits are ignored, as Redshift does. */
export class PreparedStatements {
  readonly #session: SessionContext;
  readonly #read: (sql: string) => Statement[];
  readonly #statements = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  #count = 0;

  constructor(session: SessionContext, read: (sql: string) => Statement[]) {
    this.#session = session;
    this.#read = read;
  }

  async parse(body: Buffer): Promise<void> {
    const { names, rest } = readNames(body, 2);
    const [name, sql] = names as [string, string];
    if (name !== '' && this.#statements.has(name)) throw new SqlError('42P05', `prepared statement "${name}" already exists`);
    const statements = this.#read(sql);
    if (statements.length > 1) throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement');
    const statement = statements[0];
    const prepared: Prepared = { statement, backendName: undefined, parameters: undefined, rows: undefined };
    if (statement !== undefined && PREPARED_KINDS.has(statement.kind)) await this.#prepare(name, statement, rest);
    else {
      const parameter = statement?.tokens.find((token) => token.kind === 'parameter');
      if (parameter !== undefined) throw new SqlError('42601', `syntax error at or near "${parameter.text}"`);
      if (statement?.kind === 'show') prepared.rows = rowDescription([{ name: statement.settings!.name, typeOid: VARCHAR_OID }]).subarray(5);
      this.#statements.set(name, prepared);
    }
    this.#session.send(message('1'));
  }

  bind(body: Buffer): void {
    const { names, rest } = readNames(body, 2);
    const [portal, name] = names as [string, string];
    const prepared = this.#statements.get(name);
    if (prepared === undefined) throw new SqlError('26000', `prepared statement "${name}" does not exist`);
    this.#portals.set(portal, { prepared, bind: rest, formats: resultFormats(rest) });
    this.#session.send(message('2'));
  }

  describe(body: Buffer): void {
    const name = body.toString('utf8', 1, body.length - 1);
    const { send, shared } = this.#session;
    if (body[0] === 0x50) {
      const portal = this.#portals.get(name);
      if (portal === undefined) throw new SqlError('34000', `portal "${name}" does not exist`);
      send(portal.prepared.rows === undefined ? NO_DATA : translateRowDescription(portal.prepared.rows, shared.types, portal.formats).bytes);
      return;
    }
    const prepared = this.#statements.get(name);
    if (prepared === undefined) throw new SqlError('26000', `prepared statement "${name}" does not exist`);
    send(prepared.parameters === undefined ? message('t', Buffer.alloc(2)) : translateParameterDescription(prepared.parameters, shared.types));
    send(prepared.rows === undefined ? NO_DATA : translateRowDescription(prepared.rows, shared.types).bytes);
  }

  async execute(body: Buffer): Promise<void> {
    const { names } = readNames(body, 1);
    const portal = this.#portals.get(names[0]!);
    if (portal === undefined) throw new SqlError('34000', `portal "${names[0]}" does not exist`);
    const { statement, backendName, rows } = portal.prepared;
    if (statement === undefined) {
      this.#session.send(message('I'));
      return;
    }
    const delivery: Delivery =
      backendName === undefined ? { ...simpleDelivery(statement.backendSql), describes: false } : {
        messages: [message('B', cString(''), cString(backendName), portal.bind), ...(rows === undefined ? [] : [message('D', Buffer.from('P\0'))]), message('E', cString(''), int32(0)), SYNC],
        formats: portal.formats,
        describes: false,
        alone: true,
      };
    await runStatement(this.#session, statement, delivery, true);
  }

  async close(body: Buffer): Promise<void> {
    const name = body.toString('utf8', 1, body.length - 1);
    if (body[0] === 0x50) this.#portals.delete(name);
    else await this.#discard(name);
    this.#session.send(message('3'));
  }

  async #prepare(name: string, statement: Statement, parameterTypes: Buffer): Promise<void> {
    const { backend, transaction } = this.#session;
    if (transaction.block === 'failed') throw new SqlError('25P02', 'current transaction is aborted, commands ignored until end of transaction block');
    await this.#discard(name);
    await transaction.enter(statement);
    await refuseMergeOfOwnTarget(backend, statement);
    this.#count += 1;
    const backendName = `rs_${this.#count}`;
    const prepared: Prepared = { statement, backendName, parameters: undefined, rows: undefined };
    const messages = [message('P', cString(backendName), cString(statement.backendSql), parameterTypes), message('D', Buffer.from(`S${backendName}\0`)), SYNC];
    const result = await backend.exchange(messages, (answer) => {
      if (answer.type === 't') prepared.parameters = Buffer.from(answer.body);
      if (answer.type === 'T') prepared.rows = Buffer.from(answer.body);
      return true;
    });
    if (result.error !== undefined) throw new BackendError(result.error);
    this.#statements.set(name, prepared);
  }

  async #discard(name: string): Promise<void> {
    const prepared = this.#statements.get(name);
    this.#statements.delete(name);
    if (prepared?.backendName !== undefined) await this.#session.backend.exchange([message('C', Buffer.from(`S${prepared.backendName}\0`)), SYNC]);
  }
}
