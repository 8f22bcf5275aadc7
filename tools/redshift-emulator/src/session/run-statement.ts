import { SqlError } from '../wire/sql-error.ts';
import { BackendError } from '../wire/backend-connection.ts';
import { commandComplete, dataRow, noticeResponse, rowDescription, simpleQuery } from '../wire/messages.ts';
import { quoteLiteral, quoteName, quoteTable, shortenedNames } from '../sql/identifiers.ts';
import type { Statement } from '../sql/statement.ts';
import type { LoggedStatement } from '../control/statement-log.ts';
import { noteFailedCopy, runCopy } from '../copy/run-copy.ts';
import { refuseMergeOfOwnTarget } from './merge-source.ts';
import { runAlterTable } from './run-alter-table.ts';
import { translateDataRow, translateNotice, translateRowDescription } from './result-translator.ts';
import { ConnectionDropped, type SessionContext } from './session-context.ts';
import { runSettings } from './run-settings.ts';
import { translateError } from './translate-error.ts';

/** How the messages reach the backing server: a simple query, or Bind and Execute of a prepared statement. */
export interface Delivery {
  readonly messages: readonly Buffer[];
  /** Result formats of Bind; a simple query's are all text. */
  readonly formats: readonly number[];
  /** The row description goes to the client with the rows. */
  readonly describes: boolean;
  /** No other statement came in the same message: several are one transaction. */
  readonly alone: boolean;
}

export const simpleDelivery = (sql: string, alone = true): Delivery => ({ messages: [simpleQuery(sql)], formats: [], describes: true, alone });

const FAILED_TRANSACTION = 'current transaction is aborted, commands ignored until end of transaction block';
const VARCHAR_OID = 1043;

/** Sends the statement to the backing server and its rows to the client; gives the command tag. */
async function passOn(session: SessionContext, delivery: Delivery, sendsRows = true): Promise<string> {
  const { types } = session.shared;
  let varbytes: number[] = [];
  const result = await session.backend.exchange(delivery.messages, (answer) => {
    if (answer.type === 'T') {
      const description = translateRowDescription(answer.body, types, delivery.formats);
      varbytes = description.varbytes;
      if (delivery.describes && sendsRows) session.send(description.bytes);
    } else if (answer.type === 'D') {
      if (sendsRows) session.send(translateDataRow(answer.body, varbytes));
    } else if (answer.type === 'N') {
      const notice = translateNotice(answer);
      if (notice !== undefined) session.send(notice);
    }
    return true;
  });
  if (result.error !== undefined) throw new BackendError(result.error);
  return result.tag ?? '';
}

async function recordTable(session: SessionContext, statement: Statement): Promise<void> {
  const { table, metadata, fromQuery } = statement.createTable!;
  const name = quoteLiteral(quoteTable(table));
  const inherited = metadata.like === undefined ? "'{}'" : `coalesce(redshift_emulator.table_description(to_regclass(${quoteLiteral(quoteTable(metadata.like))})) - 'primaryKey' - 'unique' - 'foreignKeys', '{}')`;
  await session.backend.rows(`SELECT redshift_emulator.record_table(${name}::regclass, ${inherited}::jsonb || ${quoteLiteral(JSON.stringify(metadata))}::jsonb - 'like')`);
  if (!fromQuery) return;
  const columns = await session.backend.rows(`SELECT quote_ident(attname), CASE WHEN atttypid = 'rs_varchar'::regtype THEN 'v' ELSE 't' END FROM pg_attribute
    WHERE attrelid = ${name}::regclass AND attnum > 0 AND (atttypid IN ('text'::regtype, 'varchar'::regtype) OR (atttypid = 'rs_varchar'::regtype AND atttypmod < 0))`);
  for (const [column] of columns) await session.backend.rows(`ALTER TABLE ${quoteTable(table)} ALTER COLUMN ${column} TYPE pg_catalog.rs_varchar(65535)`);
}

async function runCreateTable(session: SessionContext, statement: Statement, delivery: Delivery): Promise<string> {
  const { table, ifNotExists, temporary } = statement.createTable!;
  if (ifNotExists) {
    const schema = temporary ? "AND c.relpersistence = 't'" : '';
    const rows = await session.backend.rows(`SELECT 1 FROM pg_class c WHERE c.oid = to_regclass(${quoteLiteral(quoteTable(table))}) ${schema}`);
    if (rows.length > 0) {
      session.send(noticeResponse('INFO', `Relation "${table.name}" already exists and will be skipped`));
      return 'CREATE TABLE';
    }
  }
  const tag = await passOn(session, delivery);
  await recordTable(session, statement);
  return tag;
}

/** TRUNCATE commits what came before, and itself. https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html */
async function runTruncate(session: SessionContext, statement: Statement, delivery: Delivery): Promise<string> {
  const { transaction } = session;
  const tag = await passOn(session, delivery);
  await transaction.noteAccess(statement);
  transaction.block = 'none';
  await transaction.commit();
  return tag;
}

function runVacuum(session: SessionContext, statement: Statement, alone: boolean): string {
  const name = statement.backendSql === 'VACUUM' ? 'VACUUM' : statement.backendSql;
  if (session.transaction.block !== 'none' || !alone) throw new SqlError('25001', `${name} cannot run inside a transaction block`);
  if (name !== 'VACUUM') throw new SqlError('0A000', `${name} is not available in this stand-in`);
  return name;
}

async function runTransactionControl(session: SessionContext, statement: Statement): Promise<string> {
  const { transaction, send } = session;
  if (statement.kind === 'begin') {
    if (transaction.block !== 'none') send(noticeResponse('WARNING', 'there is already a transaction in progress', '25001'));
    else {
      await transaction.commit();
      transaction.block = 'open';
      transaction.readOnly = statement.readOnly === true;
    }
    return 'BEGIN';
  }
  if (transaction.block === 'none') send(noticeResponse('WARNING', 'there is no transaction in progress', '25P01'));
  const commits = statement.kind === 'commit' && transaction.block !== 'failed';
  transaction.block = 'none';
  if (commits) await transaction.commit();
  else await transaction.rollback();
  return commits ? 'COMMIT' : 'ROLLBACK';
}

/** Long names are kept where the catalog views find them. */
async function saveShortenedNames(session: SessionContext): Promise<void> {
  const values = [...shortenedNames()].map(([short, full]) => `(${quoteLiteral(short)}, ${quoteLiteral(full)})`);
  if (values.length > 0) await session.shared.admin(`INSERT INTO redshift_emulator.names VALUES ${values.join(', ')} ON CONFLICT DO NOTHING`);
}

async function execute(session: SessionContext, statement: Statement, delivery: Delivery, logged: LoggedStatement): Promise<string> {
  const { transaction } = session;
  switch (statement.kind) {
    case 'begin': case 'commit': case 'rollback': return runTransactionControl(session, statement);
    case 'set': case 'reset': return runSettings(session, statement.settings!);
    case 'show': {
      const settings = statement.settings!;
      const value = session.settings.show(settings.name) ?? (await session.backend.rows(`SHOW ${settings.name}`))[0]![0]!;
      if (delivery.describes) session.send(rowDescription([{ name: settings.name, typeOid: VARCHAR_OID }]));
      session.send(dataRow([value]));
      return 'SHOW';
    }
    case 'vacuum': return runVacuum(session, statement, delivery.alone);
    default:
  }
  if (statement.cursor !== undefined) noteCursor(session, statement.cursor);
  if (statement.kind === 'lock') await refuseLockOfView(session, statement);
  await transaction.enter(statement);
  await refuseMergeOfOwnTarget(session.backend, statement);
  if (statement.ambiguitySql !== undefined && session.settings.nondeterministicUpdateFails) {
    const ambiguous = await session.backend.rows(statement.ambiguitySql);
    if (ambiguous.length > 0) throw new SqlError('XX000', 'Found multiple matches to update the same tuple.');
  }
  let tag: string;
  switch (statement.kind) {
    case 'copy': tag = await runCopy(session, statement, logged.queryId); break;
    case 'create-table':
      await saveShortenedNames(session);
      tag = await runCreateTable(session, statement, delivery);
      break;
    case 'alter-table':
      await saveShortenedNames(session);
      tag = await runAlterTable(session, statement.alterTable!);
      break;
    case 'truncate': return runTruncate(session, statement, delivery);
    case 'analyze':
      if (statement.backendSql !== '') await session.backend.rows(statement.backendSql);
      tag = 'ANALYZE';
      break;
    default: tag = await passOn(session, delivery);
  }
  await transaction.noteAccess(statement);
  return tag;
}

/** A cursor lives in a transaction block, and only one is open at a time. https://docs.aws.amazon.com/redshift/latest/dg/declare.html */
function noteCursor({ transaction }: SessionContext, { action, name }: NonNullable<Statement['cursor']>): void {
  if (action === 'close') {
    if (transaction.openCursor === name) transaction.openCursor = null;
    return;
  }
  if (transaction.block === 'none') throw new SqlError('25P01', 'DECLARE CURSOR may only be used in transaction blocks');
  if (transaction.openCursor !== null) throw new SqlError('0A000', `cursor "${transaction.openCursor}" is open: only one cursor may be open in a session`);
  transaction.openCursor = name;
}

/**
 * Only tables can be locked. Asked in the transaction where it has its snapshot, for it may have made the view; else beside it, since
 * the question would take the snapshot that LOCK must not take. SHOW takes none.
 */
async function refuseLockOfView({ transaction, backend, shared, user }: SessionContext, statement: Statement): Promise<void> {
  const names = statement.targets.map((target) => `to_regclass(${quoteLiteral(quoteTable(target))})`).join(', ');
  const question = `SELECT relname FROM pg_class WHERE oid IN (${names}) AND relkind <> 'r'`;
  const ask = async (): Promise<(string | null)[][]> => {
    const [[path]] = (await backend.rows('SHOW search_path')) as [[string]];
    return shared.admin(`SET LOCAL search_path TO ${path.replace('"$user"', quoteName(user))}; ${question}`);
  };
  const views = transaction.hasSnapshot ? await backend.rows(question) : await ask();
  if (views.length > 0) throw new SqlError('0A000', `LOCK is not supported on views: "${views[0]![0]}"`);
}

/** Rolls back and leaves the session as Redshift does after an error. */
async function fail(session: SessionContext): Promise<void> {
  const { transaction } = session;
  const wasOpen = transaction.block === 'open';
  if (wasOpen) transaction.block = 'failed';
  await transaction.rollback();
}

/**
 * Runs one statement and answers it. Outside a transaction block, and when `last` of its message, it is committed before the
 * client hears of it.
 *
 * @throws SqlError after the transaction is rolled back; the caller reports it
 * @throws ConnectionDropped when a hook cut the connection
 */
export async function runStatement(session: SessionContext, statement: Statement, delivery: Delivery, last: boolean): Promise<void> {
  const { transaction, shared } = session;
  const logged = shared.log.start({ sessionId: session.id, pid: session.backend.processId, user: session.user, kind: statement.kind, sql: statement.logText });
  try {
    await session.ask(statement, 'before');
    if (transaction.block === 'failed' && statement.kind !== 'commit' && statement.kind !== 'rollback') throw new SqlError('25P02', FAILED_TRANSACTION);
    const tag = await execute(session, statement, delivery, logged);
    if (transaction.block === 'none' && last) await transaction.commit();
    await session.ask(statement, 'after');
    session.send(commandComplete(tag));
  } catch (error) {
    if (error instanceof ConnectionDropped) throw error;
    const context = { queryId: logged.queryId, transactionNumber: transaction.number, table: transaction.lastTable, computed: statement.readsTables };
    const sqlError = error instanceof BackendError ? translateError(error.fields, context) : error;
    logged.error = sqlError instanceof SqlError ? `${sqlError.code} ${sqlError.message}` : String(sqlError);
    if (transaction.block !== 'failed') await fail(session);
    if (statement.kind === 'copy') await noteFailedCopy(session, sqlError, logged.queryId);
    throw sqlError;
  } finally {
    logged.endedAt = new Date();
  }
}
