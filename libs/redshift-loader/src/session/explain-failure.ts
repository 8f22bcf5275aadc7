import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { ledgerTable } from '../ledger/ledger-table.ts';
import { findRelationSql } from '../sql/catalog-sql.ts';
import { grantsFor, type ExistingTables } from '../sql/grant-sql.ts';
import type { Failure } from './failure.ts';
import { plainText } from './plain-text.ts';
import type { TransactionSubject } from './run-transaction.ts';

/** Who is connected where, and what is there. */
export interface Identity {
  readonly user: string;
  readonly database: string;
  readonly existing: ExistingTables;
}

const UNKNOWN: Identity = { user: 'the_user', database: 'the_database', existing: { table: true, ledger: true } };

/** Asks a session that is outside a transaction; placeholders when it does not answer. */
export async function readIdentity(session: RedshiftSession, target: TargetTable): Promise<Identity> {
  const exists = async (relation: { readonly schema: string; readonly table: string }): Promise<boolean> => {
    const { text, values } = findRelationSql(relation);
    return (await session.query(text, values)).rows.length > 0;
  };
  try {
    const { rows } = await session.query('SELECT CURRENT_USER AS name, CURRENT_DATABASE() AS database');
    const existing = { table: await exists(target), ledger: await exists(ledgerTable(target)) };
    return { user: String(rows[0]?.name ?? UNKNOWN.user), database: String(rows[0]?.database ?? UNKNOWN.database), existing };
  } catch {
    return UNKNOWN;
  }
}

/** The error for a failure that is not repeated, or not any more. Carries Redshift's text without credentials. */
export function explainFailure(failure: Failure, { purpose, target }: TransactionSubject, identity: Identity = UNKNOWN): LoaderError {
  const name = `${target.schema}.${target.table}`;
  const text = plainText([failure.message, failure.detail].filter((part) => part !== '').join(': '));
  const details = { schema: target.schema, table: target.table, purpose, sqlState: failure.sqlState, redshift: text };
  switch (failure.kind) {
    case 'connection_lost':
      return new LoaderError('TARGET_LOST', { message: `Redshift was not reached, or was lost, while working on ${name}: ${text}`, details });
    case 'login':
      return new LoaderError('TARGET_LOGIN', { message: `Redshift refused the login for work on ${name}: ${text}`, details });
    case 'denied': {
      // Some of what a load does, such as altering a table that was adopted, is its owner's to do, and no GRANT lets another do it.
      const grants = grantsFor(/\bmust be owner\b/.test(text) ? 'alter' : purpose, target, identity.user, identity.database, identity.existing);
      return new LoaderError('TARGET_GRANTS', {
        message: `User ${identity.user} lacks a right for ${name}: ${text}`,
        remedy: ['Have an owner or superuser run those of these statements that are missing:', ...grants],
        details: { ...details, user: identity.user, grants },
      });
    }
    case 'missing_relation':
      return new LoaderError('TARGET_FAILED', { message: `Redshift does not find what work on ${name} needs: ${text}`, remedy: [`Check that the schemas ${target.schema} and ${target.workSchema} exist.`], details });
    case 'conflict': case 'stale': case 'throttled': case 'exists':
      return new LoaderError('TARGET_BUSY', { message: `Redshift rolled back the work on ${name} on every try: ${text}`, details });
    case 'cancelled':
      return new LoaderError('TARGET_BUSY', { message: `A statement of the work on ${name} was cancelled by a timeout or a person: ${text}`, details });
    case 'disk_full':
      return new LoaderError('TARGET_DISK_FULL', { message: `Redshift has no room for the work on ${name}: ${text}`, details });
    case 'other':
      return new LoaderError('TARGET_FAILED', { message: `Redshift refused a statement of the work on ${name}: ${text}`, details });
  }
}
