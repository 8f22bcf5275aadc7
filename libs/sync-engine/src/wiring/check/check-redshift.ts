import { lookup } from 'node:dns/promises';
import type { ResolvedTarget } from '@tidemark/config';
import { openRedshiftClient } from '@tidemark/connections';
import { isTidemarkError, type Logger } from '@tidemark/domain';
import { targetOptions } from '../open-connections.ts';
import { WayToHost } from '../way-to-host.ts';
import { checkName, reachedBefore, tlsFinding } from './check-way.ts';
import { checkClock, type CheckLog } from './connection-report.ts';

/** Tries a target step by step, through its tunnel. Changes nothing. */
export async function checkRedshift(target: ResolvedTarget, log: CheckLog, logger: Logger): Promise<void> {
  log.done('configuration', `${target.host}:${target.port}/${target.database}`);
  await checkName(target, log, lookup);
  await using way = new WayToHost(target.tunnel, logger);
  await way.resolve(target.host, target.port);
  if (target.tunnel !== null) log.done('tunnel', [...target.tunnel.jump, target.tunnel].map(({ host, port }) => `${host}:${port}`).join(' > '));
  const client = await openRedshiftClient(targetOptions(target, way)).catch((error: unknown) => {
    if (isTidemarkError(error)) reachedBefore(error.code, target, log);
    throw error;
  });
  const row = async (text: string, values: string[] = []): Promise<Readonly<Record<string, unknown>>> => ((await client.query(text, values)).rows[0] ?? {}) as Record<string, unknown>;
  try {
    log.done('connection', `${target.host}:${target.port}`);
    const { stream } = (client as unknown as { readonly connection: { readonly stream: { readonly encrypted?: boolean } } }).connection;
    const isEncrypted = stream.encrypted === true;
    log.done('tls', isEncrypted ? target.tls.mode : 'not encrypted');
    tlsFinding(target, isEncrypted, log);
    const { name } = await row('SELECT current_user AS name');
    log.done('login', String(name));
    log.done('version', String((await row('SELECT version() AS version'))['version']));
    const askedMs = Date.now();
    const { now } = await row('SELECT GETDATE() AS now');
    // GETDATE() has whole seconds.
    checkClock(log, Date.parse(`${String(now).slice(0, 19).replace(' ', 'T')}Z`) + 500, askedMs, Date.now());
    await checkRights(target, String(name), row, log);
  } finally {
    await client.end();
  }
}

async function checkRights(target: ResolvedTarget, user: string, row: (text: string, values?: string[]) => Promise<Readonly<Record<string, unknown>>>, log: CheckLog): Promise<void> {
  const schemas = [...new Set([target.schema, target.workSchema])];
  const texts: string[] = [];
  const { allowed: temporary } = await row("SELECT has_database_privilege(current_database(), 'temporary') AS allowed");
  texts.push(`temporary tables: ${temporary === true ? 'yes' : 'no'}`);
  if (temporary !== true) log.found({ code: 'TARGET_NO_TEMPORARY', severity: 'error', message: `${user} may not make temporary tables in ${target.database}: no load is possible.`, remedy: [`GRANT TEMPORARY ON DATABASE "${target.database}" TO "${user}";`] });
  for (const schema of schemas) {
    const exists = (await row('SELECT COUNT(*) AS schemas FROM pg_namespace WHERE nspname = $1', [schema]))['schemas'];
    if (String(exists) === '0') {
      texts.push(`${schema}: missing`);
      log.found({ code: 'TARGET_NO_SCHEMA', severity: 'error', message: `${target.database} has no schema ${schema}.`, remedy: [`CREATE SCHEMA "${schema}"; GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${user}";`] });
      continue;
    }
    const rights = await row("SELECT has_schema_privilege($1, 'usage') AS usage, has_schema_privilege($2, 'create') AS creating", [schema, schema]);
    const missing = [...(rights['usage'] === true ? [] : ['USAGE']), ...(rights['creating'] === true ? [] : ['CREATE'])];
    texts.push(`${schema}: ${missing.length === 0 ? 'usage, create' : `no ${missing.join(', no ').toLowerCase()}`}`);
    if (missing.length > 0) log.found({ code: 'TARGET_NO_RIGHT', severity: 'error', message: `${user} has no ${missing.join(' and no ')} on the schema ${schema}.`, remedy: [`GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${user}";`] });
  }
  log.done('rights', texts.join('; '));
}
