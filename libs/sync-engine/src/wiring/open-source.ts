import type { ResolvedSource } from '@tidemark/config';
import { openMysqlConnection } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { TableReader, type TableReaderOptions } from '@tidemark/extractor';
import type { SourcePort } from '../engine/ports.ts';
import type { WayToHost } from './way-to-host.ts';

/** Reads through connections of a source; each reading has one of its own. */
export function openSource(source: ResolvedSource, reading: Pick<TableReaderOptions, 'progressTimeoutMs' | 'hashKey'>, way: WayToHost, logger: Logger): SourcePort {
  const openConnection = () => openMysqlConnection({ ...source, resolveEndpoint: way.resolve });
  const killQuery = async (connectionId: string): Promise<void> => {
    if (!/^\d+$/.test(connectionId)) throw new RangeError('a connection id is a number');
    const connection = await openConnection();
    try {
      await new Promise<void>((resolve, reject) => connection.query(`KILL QUERY ${connectionId}`, (error) => (error === null || error.errno === NO_SUCH_THREAD ? resolve() : reject(error))));
    } finally {
      connection.end();
    }
  };
  return new TableReader({ openConnection, killQuery }, { ...reading, logger });
}

/** ER_NO_SUCH_THREAD: the connection has ended meanwhile. */
const NO_SUCH_THREAD = 1094;
