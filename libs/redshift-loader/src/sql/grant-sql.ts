import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import { ledgerTable } from '../ledger/ledger-table.ts';
import type { SessionPurpose, TargetTable } from '../ports.ts';

/** The GRANT statements that give a user what an operation needs. https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html */
export function grantsFor(purpose: SessionPurpose, target: TargetTable, user: string, database: string): readonly string[] {
  const grantee = quoteIdentifier(user);
  const ledger = `GRANT SELECT, INSERT, UPDATE, DELETE ON ${quoteTable(ledgerTable(target))} TO ${grantee};`;
  const workSchema = `GRANT USAGE, CREATE ON SCHEMA ${quoteIdentifier(target.workSchema)} TO ${grantee};`;
  switch (purpose) {
    case 'inspect': case 'list':
      return [`GRANT USAGE ON SCHEMA ${quoteIdentifier(target.workSchema)} TO ${grantee};`, ledger];
    case 'fence':
      return [workSchema, ledger];
    case 'prepare':
      return [`GRANT USAGE, CREATE ON SCHEMA ${quoteIdentifier(target.schema)} TO ${grantee};`, `GRANT SELECT, INSERT, DELETE ON ${quoteTable(target)} TO ${grantee};`];
    case 'load':
      return [
        `GRANT USAGE ON SCHEMA ${quoteIdentifier(target.schema)} TO ${grantee};`,
        `GRANT SELECT, INSERT, DELETE ON ${quoteTable(target)} TO ${grantee};`,
        `GRANT TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${grantee};`,
        ledger,
      ];
  }
}
