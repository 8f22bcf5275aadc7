import { createHash } from 'node:crypto';
import type { TableTask } from '@tidemark/domain';
import type { TargetTable } from '../ports.ts';

/**
 * The load ledger of a target table: one table each. A shared one would make parallel loads conflict under SERIALIZABLE and pass
 * each other unseen under SNAPSHOT.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
 */
export function ledgerTable(target: TargetTable): { readonly schema: string; readonly table: string } {
  const hash = createHash('sha256').update(JSON.stringify([target.schema, target.table])).digest('hex').slice(0, 16);
  return { schema: target.workSchema, table: `tidemark_ledger__${hash}` };
}

/** Who loads a target table: `pipeline/target/CONNECTION:schema.table`. */
export function ledgerOwner(task: TableTask): string {
  return `${task.pipeline}/${task.target}/${task.table}`;
}
