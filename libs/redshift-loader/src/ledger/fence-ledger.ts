import type { LedgerHead } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { FenceRequest, RedshiftSession } from '../ports.ts';
import { judgeFailure } from '../session/failure.ts';
import { checkRights } from '../session/check-rights.ts';
import { runTransaction, type TransactionEnvironment } from '../session/run-transaction.ts';
import { terminateSession } from '../session/session-tools.ts';
import { createLedgerSql, insertLedgerSql, lockLedgerSql } from '../sql/ledger-sql.ts';
import { findLedgersSql, lockHoldersSql } from '../sql/catalog-sql.ts';
import { findRelation } from '../table/find-relation.ts';
import { decideFence } from './ledger-guards.ts';
import { ledgerOwner, ledgerTable } from './ledger-table.ts';
import { readHead, type FencedHead } from './read-ledger.ts';

/** How long a fence waits for the ledger before it ends the session that holds it. */
const LOCK_WAIT_MS = 20_000;

/**
 * The ledger's oid; null when there is none. A ledger's name is made from its target table, so one of that name in another schema is a
 * second ledger of one table: two targets that lead to one database with different work schemas would load past each other.
 * @throws LoaderError `LEDGER_ELSEWHERE`
 */
async function findOwnLedger(session: RedshiftSession, { target }: FenceRequest): Promise<string | null> {
  const ledger = ledgerTable(target);
  const { text, values } = findLedgersSql(ledger.table);
  const { rows } = await session.query(text, values);
  const elsewhere = rows.filter((row) => row.ledger_schema !== ledger.schema).map((row) => String(row.ledger_schema));
  if (elsewhere.length > 0) {
    throw new LoaderError('LEDGER_ELSEWHERE', {
      message: `${target.schema}.${target.table} has a load ledger in ${elsewhere.join(', ')}; the work schema of this target is ${ledger.schema}.`,
      details: { schema: target.schema, table: target.table, workSchema: ledger.schema, elsewhere },
    });
  }
  return rows[0] === undefined ? null : String(rows[0].oid);
}

/** Two sessions may both find no ledger; the one that comes second finds the other's. */
async function ensureLedger(session: RedshiftSession, request: FenceRequest): Promise<string | null> {
  const ledger = ledgerTable(request.target);
  const existing = await findOwnLedger(session, request);
  if (existing !== null) return existing;
  try {
    await session.query(createLedgerSql(ledger));
  } catch (error) {
    if (judgeFailure(error).kind !== 'exists') throw error;
  }
  return findRelation(session, ledger);
}

/**
 * Ends the sessions that hold the ledger's lock: of a process that froze or lost its network in the middle of a load. Whoever asks
 * for a fence has the newest lease, so nothing that they would still commit may count.
 */
async function endHolders(session: RedshiftSession, ledgerOid: string | null): Promise<void> {
  if (ledgerOid === null) return;
  const { rows } = await session.query(lockHoldersSql(ledgerOid));
  for (const row of rows) await terminateSession(session, Number(row.pid));
}

function withoutFence({ fence: _fence, ...head }: FencedHead): LedgerHead {
  return head;
}

/**
 * Takes the ledger for a lease's generation. A session that holds the ledger for longer than `lockWaitMs` is ended.
 *
 * If the process dies here:
 * - after CREATE TABLE: an empty ledger, which counts as none; the next fence uses it.
 * - before COMMIT: nothing; the lock goes with the session.
 * - after COMMIT: the fence stands; repeating it with the same run and generation adds nothing.
 *
 * What a load will need is asked for first: `TARGET_GRANTS` comes before anything is read or made.
 *
 * @throws LoaderError `LEDGER_OWNED`, `LEDGER_FENCED`, `LEDGER_EPOCH`, `TARGET_*`
 */
export async function fenceLedger(environment: TransactionEnvironment, request: FenceRequest, lockWaitMs: number = LOCK_WAIT_MS): Promise<LedgerHead> {
  const ledger = ledgerTable(request.target);
  let isHeld = false;
  return runTransaction(environment, { purpose: 'fence', target: request.target }, {
    before: async (session) => {
      await session.query(`SET statement_timeout TO ${lockWaitMs}`);
      await checkRights(session, request);
      const oid = await ensureLedger(session, request);
      if (isHeld) await endHolders(session, oid);
    },
    alsoRepeat: ['cancelled'],
    work: async (session) => {
      try {
        await session.query(lockLedgerSql(ledger));
      } catch (error) {
        isHeld = judgeFailure(error).kind === 'cancelled';
        throw error;
      }
      const head = await readHead(session, request.target);
      const sourceId = request.sourceId ?? head?.sourceId ?? null;
      if (decideFence(head, request) === 'stands') return { commit: false, value: () => withoutFence(head!) };
      const [insert] = insertLedgerSql(ledger, [{
        kind: 'fence', epoch: request.epoch, seq: 0, batch_id: null, generation: request.generation, owner: ledgerOwner(request.task),
        range_after: null, range_upto: null, manifest_key: null, manifest_sha256: null, rows_copied: 0, rows_inserted: 0, rows_deleted: 0, rows_quarantined: 0,
        snapshot_id: null, target_oid: null, source_uuid: sourceId, run_id: request.runId,
      }]);
      await session.query(insert!.text, insert!.values);
      const isSameEpoch = head?.epoch === request.epoch;
      const fenced: LedgerHead = {
        epoch: request.epoch,
        seq: isSameEpoch ? head.seq : 0,
        generation: request.generation,
        owner: ledgerOwner(request.task),
        manifestSha256: isSameEpoch ? head.manifestSha256 : null,
        sourceId,
        targetOid: isSameEpoch ? head.targetOid : null,
      };
      return { commit: true, value: () => fenced };
    },
  });
}
