import type { SnapshotOutcome } from '@tidemark/domain';
import { quoteTable } from '@tidemark/ddl-optimizer';
import { changeTarget } from '../apply/change-target.ts';
import { copyInto, copyGroup } from '../copy/copy-group.ts';
import type { LoadEnvironment } from '../load-group.ts';
import type { LoadGroup } from '../load-guards.ts';
import { ledgerTable } from '../ledger/ledger-table.ts';
import { MODES, type ModeResult, type StagedGroup } from '../modes/mode-loader.ts';
import { insertStagedSql } from '../sql/merge-sql.ts';
import { createShadowLikeSql, createShadowSql, dropShadowSql, readSnapshotSql } from '../sql/snapshot-sql.ts';
import type { LoadRequest, RedshiftSession } from '../ports.ts';
import type { FoundTarget } from '../table/find-target.ts';
import { findRelation } from '../table/find-relation.ts';
import { renameSwap, whyNotRenamed } from './rename-swap.ts';
import { shadowTable, type SwapKind } from './shadow-table.ts';
import { isSameTable, sweepShadows } from './sweep-shadows.ts';

type Table = { readonly schema: string; readonly table: string };

/** What a load group of a snapshot set did. */
export interface SnapshotResult extends ModeResult {
  readonly outcome: SnapshotOutcome;
  /** Rows that went into the shadow table: those of the group, or none. */
  readonly hasCopied: boolean;
  /** The target's oid: another one after a swap by renaming. */
  readonly targetOid: string;
}

interface SnapshotLoad {
  readonly session: RedshiftSession;
  readonly environment: LoadEnvironment;
  readonly request: LoadRequest;
  readonly group: LoadGroup;
  readonly staged: StagedGroup;
  readonly found: FoundTarget;
  readonly snapshot: { readonly id: string; readonly final: boolean };
}

const NOTHING: ModeResult = { rowsInserted: 0, rowsDeleted: 0 };

/** A set is renamed in only where the target has the staged columns and no others: those would be lost with the old table. */
function wantedKind({ group, found }: SnapshotLoad): SwapKind {
  const { mode, swap } = group.first.manifest.frozen;
  return mode === 'replace' && swap === 'rename' && found.columnCount === group.columns.length ? 'rename' : 'delete_insert';
}

async function fill({ session, environment, request, group, staged }: SnapshotLoad, shadow: Table, kind: SwapKind): Promise<void> {
  if (group.partCount === 0) return;
  const copy = { target: request.target, columns: group.columns, manifestUrl: request.copyManifestUrl, expectedRows: group.expectedRows };
  if (kind === 'delete_insert') return copyInto(session, quoteTable(shadow), copy, environment.copyAuthorization);
  // COPY takes exact widths only, and the target may have wider ones.
  await copyGroup(session, 'tidemark_stage', copy, environment.copyAuthorization);
  await session.query(insertStagedSql('"tidemark_stage"', shadow, { all: staged.columns, keys: staged.keys, versions: [] }));
}

/**
 * Loads a group of a snapshot set: into its shadow table, and with the last batch into the target. The ledger knows which batches of
 * the set were loaded, and the shadow table is named for the set, so what is in the one is in the other: a shadow table that is gone
 * makes the set incomplete, and so does a row in quarantine. The target then stays as it is.
 *
 * A new set makes an unfinished older one superseded: its batches are recorded without being read, its shadow table is swept.
 */
export async function loadSnapshot(load: SnapshotLoad): Promise<SnapshotResult> {
  const { session, request, group, found, snapshot } = load;
  const at = { targetOid: found.oid };
  if (request.isSuperseded === true) {
    await sweepShadows(session, found.shadows, []);
    return { ...NOTHING, ...at, outcome: 'superseded', hasCopied: false };
  }
  const { text, values } = readSnapshotSql(ledgerTable(request.target), group.epoch, snapshot.id);
  const [known] = (await session.query(text, values)).rows;
  const kinds: readonly SwapKind[] = ['delete_insert', 'rename'];
  const existing = kinds.find((kind) => found.shadows.some((table) => isSameTable(table, shadowTable(request.target, snapshot.id, kind))));
  if (existing === undefined && Number(known?.batches) > 0) {
    await sweepShadows(session, found.shadows, []);
    return { ...NOTHING, ...at, outcome: 'incomplete', hasCopied: false };
  }
  const kind = existing ?? wantedKind(load);
  const shadow = shadowTable(request.target, snapshot.id, kind);
  await sweepShadows(session, found.shadows, [shadow]);
  if (existing === undefined) await session.query(kind === 'rename' ? createShadowLikeSql(shadow, request.target) : createShadowSql(shadow, group.columns));
  await fill(load, shadow, kind);
  if (!snapshot.final) return { ...NOTHING, ...at, outcome: 'filled', hasCopied: true };

  const quarantined = Number(known?.rows_quarantined ?? 0) + group.manifests.reduce((sum, stored) => sum + stored.manifest.counts.quarantined, 0);
  if (quarantined > 0) {
    await session.query(dropShadowSql(shadow));
    return { ...NOTHING, ...at, outcome: 'incomplete', hasCopied: true };
  }
  const rowCount = Number(known?.rows_copied ?? 0) + group.expectedRows;
  return { ...(await swapIn(load, shadow, kind, rowCount)), outcome: 'swapped', hasCopied: true };
}

async function swapIn(load: SnapshotLoad, shadow: Table, kind: SwapKind, rowCount: number): Promise<ModeResult & { readonly targetOid: string }> {
  const { session, environment, request, group, found } = load;
  const staged: StagedGroup = { ...load.staged, stage: quoteTable(shadow), rowCount, isCompleteSet: true };
  if (kind === 'rename') {
    const reason = await whyNotRenamed(session, found.oid);
    if (reason === null) {
      const result = await changeTarget(session, group, () => renameSwap(session, staged, shadow));
      const oid = await findRelation(session, request.target);
      return { ...result, targetOid: oid ?? found.oid };
    }
    environment.logger.warn({ schema: request.target.schema, table: request.target.table, reason }, 'the snapshot is swapped by DELETE and INSERT: the table may not be renamed');
    // The shadow has the target's types already.
    const plain = { ...staged, columns: staged.columns.map(({ target: _target, ...column }) => column) };
    return { ...(await apply(load, { ...plain, keys: plain.columns.filter((column) => staged.keys.some((key) => key.name === column.name)) }, shadow)), targetOid: found.oid };
  }
  return { ...(await apply(load, staged, shadow)), targetOid: found.oid };
}

async function apply({ session, group }: SnapshotLoad, staged: StagedGroup, shadow: Table): Promise<ModeResult> {
  const result = await changeTarget(session, group, () => MODES[group.first.manifest.frozen.mode](session, staged));
  await session.query(dropShadowSql(shadow));
  return result;
}
