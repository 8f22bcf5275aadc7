import type { MysqlPool } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { TableReader, type TableReaderOptions } from '@tidemark/extractor';
import type { SourcePort } from '../engine/ports.ts';

/** Reads through connections of a source; each reading has one of its own. */
export function openSource(pool: MysqlPool, reading: Pick<TableReaderOptions, 'progressTimeoutMs' | 'hashKey'>, logger: Logger): SourcePort {
  const killQuery = async (connectionId: string): Promise<void> => {
    if (!/^\d+$/.test(connectionId)) throw new RangeError('a connection id is a number');
    const connection = await pool.takeBeside();
    try {
      await new Promise<void>((resolve, reject) => connection.query(`KILL QUERY ${connectionId}`, (error) => (error === null || error.errno === NO_SUCH_THREAD ? resolve() : reject(error))));
    } finally {
      connection.end();
    }
  };
  return new TableReader({ openConnection: () => pool.take(), giveBack: (connection) => pool.giveBack(connection), killQuery }, { ...reading, logger });
}

/** ER_NO_SUCH_THREAD: the connection has ended meanwhile. */
const NO_SUCH_THREAD = 1094;
