import { isTidemarkError, type ReplicaLag, type SourceClock } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';
import { queryText, type TextRow } from './text-query.ts';

/** The statement's names through the versions: MariaDB knows several sources, MySQL renamed it in 8.0.22, MariaDB took the name over in 10.5. */
const MARIADB_STATUS = ['SHOW ALL REPLICAS STATUS', 'SHOW ALL SLAVES STATUS'];
const MYSQL_STATUS = ['SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'];

/**
 * The server's clock, in UTC with microseconds, and whether it is a replica: it has a replication source, or refuses writes.
 * Without the privilege to see replication (REPLICATION CLIENT, on MariaDB REPLICA MONITOR) only the latter is known.
 *
 * @param timeoutMs longest wait for each answer
 */
export async function readClock(connection: MysqlConnection, timeoutMs: number): Promise<SourceClock> {
  const doing = 'reading the server\'s clock';
  const [row] = await queryText(connection, 'SELECT UTC_TIMESTAMP(6) AS now, @@GLOBAL.read_only AS readOnly, VERSION() AS version', doing, timeoutMs);
  const nowUtc = row?.now ?? '';
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}$/.test(nowUtc)) throw new ExtractorError('SOURCE_PROTOCOL', { message: `The server's clock is not a time of microseconds (${nowUtc.length} characters).` });
  const isReadOnly = row?.readOnly !== '0' && row?.readOnly !== 'OFF';
  const channels = await replicationChannels(connection, row?.version?.includes('MariaDB') === true ? MARIADB_STATUS : MYSQL_STATUS, timeoutMs);
  if (!isReadOnly && (channels === null || channels.length === 0)) return { nowUtc, isReplica: false };
  return { nowUtc, isReplica: true, replicaLag: channels === null ? { kind: 'hidden' } : lagOf(channels) };
}

const UNKNOWN_STATEMENT = 1064;

/** The sources that the server replicates from; null when the user may not see them. */
async function replicationChannels(connection: MysqlConnection, statements: readonly string[], timeoutMs: number): Promise<readonly TextRow[] | null> {
  for (const statement of statements) {
    try {
      return await queryText(connection, statement, 'asking for the replication status', timeoutMs);
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      if (error.code === 'SOURCE_ACCESS_DENIED') return null;
      if (error.details.errno !== UNKNOWN_STATEMENT) throw error;
    }
  }
  return [];
}

/** NULL where a channel does not run. https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html */
function lagOf(channels: readonly TextRow[]): ReplicaLag {
  const lags = channels.map((channel) => channel['Seconds_Behind_Source'] ?? channel['Seconds_Behind_Master'] ?? null);
  if (lags.length === 0) return { kind: 'untold' };
  if (lags.includes(null)) return { kind: 'stopped' };
  return { kind: 'seconds', seconds: Math.max(...lags.map(Number)) };
}
