import { quoteTable } from '@tidemark/ddl-optimizer';
import { checkSnapshot } from '../modes/replace.ts';
import type { ModeResult, StagedGroup } from '../modes/mode-loader.ts';
import { readCount } from '../modes/staged-rows.ts';
import type { RedshiftSession } from '../ports.ts';
import { boundViewsSql, ownerSql } from '../sql/catalog-sql.ts';
import { renameSwapSql } from '../sql/snapshot-sql.ts';

type Table = { readonly schema: string; readonly table: string };

/** Rights of others, as an ACL's text has them: every entry that does not begin with the owner's name. */
function othersRights(rights: unknown, owner: string): boolean {
  if (rights === null || rights === undefined) return false;
  const entries = String(rights).replace(/^\{|\}$/g, '').split(',').filter((entry) => entry !== '');
  return entries.some((entry) => !entry.replaceAll('"', '').startsWith(`${owner}=`));
}

/**
 * Why a table may not be renamed away; null when it may: grants, ownership and bound views do not follow the name.
 * https://docs.aws.amazon.com/redshift/latest/dg/performing-a-deep-copy.html
 */
export async function whyNotRenamed(session: RedshiftSession, oid: string): Promise<string | null> {
  const owner = ownerSql(oid);
  const [row] = (await session.query(owner.text, owner.values)).rows;
  if (row?.owner !== row?.name) return `it belongs to ${String(row?.owner)}`;
  if (othersRights(row?.rights, String(row?.owner))) return 'others have rights on it';
  const views = boundViewsSql(oid);
  const [bound] = (await session.query(views.text, views.values)).rows;
  return Number(bound?.bound_views) > 0 ? `${String(bound?.bound_views)} views are bound to it` : null;
}

/** The shadow table takes the target's name; the old table goes. All or nothing with the transaction. */
export async function renameSwap(session: RedshiftSession, group: StagedGroup, shadow: Table): Promise<ModeResult> {
  await checkSnapshot(session, group);
  const rowsDeleted = await readCount(session, `SELECT COUNT(*) AS row_count FROM ${quoteTable(group.target)}`, 'row_count');
  for (const sql of renameSwapSql(shadow, group.target, `${shadow.table}o`)) await session.query(sql);
  return { rowsInserted: group.rowCount, rowsDeleted };
}
