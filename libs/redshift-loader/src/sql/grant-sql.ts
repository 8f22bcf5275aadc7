import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import { ledgerTable } from '../ledger/ledger-table.ts';
import type { SessionPurpose, TargetTable } from '../ports.ts';

/** Which of a load's tables exist: a GRANT on one that does not exist is refused, and who creates it owns it. */
export interface ExistingTables {
  readonly table: boolean;
  readonly ledger: boolean;
}

/**
 * The GRANT statements that give a user everything that loading a table needs, from the first step to the last, so that running
 * them once is enough; reading the ledger for a listing needs less. https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
 */
export function grantsFor(purpose: SessionPurpose, target: TargetTable, user: string, database: string, existing: ExistingTables): readonly string[] {
  const grantee = quoteIdentifier(user);
  const onLedger = (rights: string): string[] => (existing.ledger ? [`GRANT ${rights} ON ${quoteTable(ledgerTable(target))} TO ${grantee};`] : []);
  if (purpose === 'list') return [`GRANT USAGE ON SCHEMA ${quoteIdentifier(target.workSchema)} TO ${grantee};`, ...onLedger('SELECT')];
  // Statistics are the owner's to refresh. https://docs.aws.amazon.com/redshift/latest/dg/r_ANALYZE.html
  if (purpose === 'analyze') return [`ALTER TABLE ${quoteTable(target)} OWNER TO ${grantee};`];
  const schemas = [...new Set([target.workSchema, target.schema])];
  return [
    ...(purpose === 'alter' && existing.table ? [`ALTER TABLE ${quoteTable(target)} OWNER TO ${grantee};`] : []),
    ...schemas.map((schema) => `GRANT USAGE, CREATE ON SCHEMA ${quoteIdentifier(schema)} TO ${grantee};`),
    `GRANT TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${grantee};`,
    ...onLedger('SELECT, INSERT, UPDATE, DELETE'),
    ...(existing.table ? [`GRANT SELECT, INSERT, UPDATE, DELETE ON ${quoteTable(target)} TO ${grantee};`] : []),
  ];
}
