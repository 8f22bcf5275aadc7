import type { TableTask } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { TargetTable } from '../ports.ts';
import { ledgerOwner } from './ledger-table.ts';
import type { FencedHead } from './read-ledger.ts';

interface Claimant {
  readonly task: TableTask;
  readonly target: TargetTable;
}

interface Claim extends Claimant {
  readonly epoch: number;
  readonly generation: number;
}

/** @throws LoaderError `LEDGER_OWNED` */
export function checkOwner(head: FencedHead, { task, target }: Claimant): void {
  const owner = ledgerOwner(task);
  if (head.owner === owner) return;
  throw new LoaderError('LEDGER_OWNED', {
    message: `${target.schema}.${target.table} is loaded by ${head.owner}; ${owner} may not.`,
    details: { schema: target.schema, table: target.table, owner: head.owner, claimant: owner },
  });
}

/** @throws LoaderError `LEDGER_FENCED` */
export function checkGeneration(head: FencedHead, { target, generation }: Claim): void {
  if (generation >= head.generation) return;
  throw new LoaderError('LEDGER_FENCED', {
    message: `Generation ${generation} of the lease on ${target.schema}.${target.table} is over: generation ${head.generation} has taken the table.`,
    details: { schema: target.schema, table: target.table, generation, newest: head.generation },
  });
}

/** @throws LoaderError `LEDGER_EPOCH` */
export function epochConflict(head: FencedHead, { target, epoch }: Claim): LoaderError {
  return new LoaderError('LEDGER_EPOCH', {
    message: `Epoch ${epoch} is asked for ${target.schema}.${target.table}, and its ledger is in epoch ${head.epoch}.`,
    details: { schema: target.schema, table: target.table, epoch, ledgerEpoch: head.epoch },
  });
}

/**
 * What a fence may do: `insert` it, or nothing since it `stands`.
 * @throws LoaderError `LEDGER_OWNED`, `LEDGER_FENCED`, `LEDGER_EPOCH`
 */
export function decideFence(head: FencedHead | null, claim: Claim & { readonly runId: string; readonly adopt?: boolean }): 'insert' | 'stands' {
  if (head === null) return 'insert';
  const isTakenOver = claim.adopt === true && head.owner !== ledgerOwner(claim.task);
  if (!isTakenOver) checkOwner(head, claim);
  checkGeneration(head, claim);
  // What the former owner staged must never load again, so a new owner begins an epoch of its own.
  if (claim.epoch < head.epoch || (isTakenOver && claim.epoch === head.epoch)) throw epochConflict(head, claim);
  if (head.fence === null || head.fence.generation < claim.generation) return 'insert';
  if (head.fence.runId !== claim.runId) {
    throw new LoaderError('LEDGER_FENCED', {
      message: `Generation ${claim.generation} of the lease on ${claim.target.schema}.${claim.target.table} is another run's, ${head.fence.runId}.`,
      details: { schema: claim.target.schema, table: claim.target.table, generation: claim.generation, run: head.fence.runId },
    });
  }
  return head.fence.epoch < claim.epoch ? 'insert' : 'stands';
}
