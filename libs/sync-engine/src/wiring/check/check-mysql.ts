import { lookup } from 'node:dns/promises';
import type { ResolvedSource } from '@tidemark/config';
import { openMysqlConnection } from '@tidemark/connections';
import { isTidemarkError, type Logger } from '@tidemark/domain';
import { sourceOptions } from '../open-connections.ts';
import { WayToHost } from '../way-to-host.ts';
import { checkClock, type CheckLog } from './connection-report.ts';
import { readGrants } from './mysql-grants.ts';
import { checkName, reachedBefore, tlsFinding } from './check-way.ts';

/** Tries a source step by step, through its tunnel. Changes nothing. */
export async function checkMysql(source: ResolvedSource, log: CheckLog, logger: Logger): Promise<void> {
  log.done('configuration', `${source.host}:${source.port}/${source.database}`);
  await checkName(source, log, lookup);
  await using way = new WayToHost(source.tunnel, logger);
  await way.resolve(source.host, source.port);
  if (source.tunnel !== null) log.done('tunnel', [...source.tunnel.jump, source.tunnel].map(({ host, port }) => `${host}:${port}`).join(' > '));
  const connection = await openMysqlConnection(sourceOptions(source, way)).catch((error: unknown) => {
    if (isTidemarkError(error)) reachedBefore(error.code, source, log);
    throw error;
  });
  const ask = (sql: string): Promise<Readonly<Record<string, unknown>>[]> =>
    new Promise((resolve, reject) => connection.query(sql, (error, rows) => (error === null ? resolve(rows as Record<string, unknown>[]) : reject(error))));
  try {
    log.done('connection', `${source.host}:${source.port}`);
    const [tls] = await ask("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    const cipher = String(tls?.['Value'] ?? '');
    log.done('tls', cipher === '' ? 'not encrypted' : `${source.tls.mode}, ${cipher}`);
    tlsFinding(source, cipher !== '', log);
    const [who] = await ask('SELECT CURRENT_USER() AS user');
    log.done('login', String(who?.['user']));
    const askedMs = Date.now();
    const [server] = await ask('SELECT VERSION() AS version, @@read_only AS read_only, UTC_TIMESTAMP(6) AS now');
    log.done('version', String(server?.['version']));
    checkClock(log, Date.parse(`${String(server?.['now']).replace(' ', 'T')}Z`), askedMs, Date.now());
    log.done('read only', String(server?.['read_only']) === '0' ? 'no' : 'yes');
    checkRights(source, (await ask('SHOW GRANTS')).map((row) => String(Object.values(row)[0])), log);
  } finally {
    connection.end();
  }
}

function checkRights(source: ResolvedSource, grants: readonly string[], log: CheckLog): void {
  const { select, process, replicationClient, writing } = readGrants(grants, source.database);
  const text = (has: boolean | null): string => (has === null ? 'in part' : has ? 'yes' : 'no');
  log.done('rights', `select: ${text(select)}, process: ${text(process)}, replication client: ${text(replicationClient)}`);
  const user = source.username;
  if (select === false) log.found({ code: 'SOURCE_NO_SELECT', severity: 'error', message: `${user} may not read the database ${source.database}.`, remedy: [`GRANT SELECT, SHOW VIEW ON \`${source.database}\`.* TO the user.`] });
  if (select === null) log.found({ code: 'SOURCE_SELECT_IN_PART', severity: 'info', message: `${user} may read some tables of ${source.database}, or has its rights from a role.`, remedy: ['Tables that it may not read are told when a run begins.'] });
  if (!process) log.found({ code: 'SOURCE_NO_PROCESS', severity: 'info', message: `${user} cannot see open transactions: late_commits: guard does not work.`, remedy: ['GRANT PROCESS ON *.* to the user, or leave late_commits at lookback.'] });
  if (!replicationClient) log.found({ code: 'SOURCE_NO_REPLICATION_CLIENT', severity: 'info', message: `${user} cannot see whether the server is a replica unless it is read only.`, remedy: ['GRANT REPLICATION CLIENT ON *.* (MariaDB: REPLICA MONITOR) to the user when the source may be a replica that takes writes.'] });
  if (writing.length > 0) log.found({ code: 'SOURCE_MAY_WRITE', severity: 'warning', message: `${user} may change the source: ${writing.join(', ')}.`, remedy: ['Give the user SELECT and SHOW VIEW only. Tidemark opens its sessions read only all the same.'] });
}
