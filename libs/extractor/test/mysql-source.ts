import type { MysqlForTests } from '@tidemark/testkit';
import mysql2 from 'mysql2';
import type { ConnectionSource, MysqlConnection } from '../src/ports.ts';

export interface TestSource extends ConnectionSource {
  /** Connections that were opened, oldest first. */
  readonly opened: readonly MysqlConnection[];
  /** Ids that KILL QUERY was run for. */
  readonly killed: readonly string[];
}

/** Connections of the user who may only read. */
export function testSource(mysql: MysqlForTests, options: mysql2.ConnectionOptions = {}): TestSource {
  const opened: MysqlConnection[] = [];
  const killed: string[] = [];
  const openConnection = async (): Promise<MysqlConnection> => {
    const { host, port, database } = mysql;
    const connection = mysql2.createConnection({ host, port, database, user: mysql.reader.username, password: mysql.reader.password, ...options });
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    opened.push(connection);
    return connection;
  };
  return {
    opened,
    killed,
    openConnection,
    killQuery: async (connectionId) => {
      killed.push(connectionId);
      const connection = await openConnection();
      await new Promise<void>((resolve, reject) => {
        connection.query(`KILL QUERY ${connectionId}`, (error) => {
          connection.end();
          if (error === null || error.errno === 1094) resolve();
          else reject(error);
        });
      });
    },
  };
}

/** What the server has running for the user who may only read, besides idle connections that are about to end. */
export async function runningQueries(mysql: MysqlForTests): Promise<readonly string[]> {
  const rows = await mysql.rows(`SELECT INFO AS info FROM information_schema.PROCESSLIST WHERE USER = '${mysql.reader.username}' AND COMMAND <> 'Sleep'`);
  return rows.map(({ info }) => info ?? '');
}

export async function openConnections(mysql: MysqlForTests): Promise<number> {
  const [row] = await mysql.rows(`SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = '${mysql.reader.username}'`);
  return Number(row!.n);
}
