/**
 * Records what a real MySQL 9 sends, for the tests that have none: describes and reads the tables of test/recorded-tables.ts through a proxy
 * that keeps every answer, and writes testdata/mysql-9.json.gz.
 *
 *   scripts/real-server.sh mysql &     # a MySQL of Debian's unstable suite, fetched and unpacked, not installed
 *   TEST_MYSQL_URL=mysql://admin:…@127.0.0.1:33090/ npx node --conditions=@tidemark/source scripts/record-mysql.ts
 */
import { DEFAULT_TYPE_POLICIES, planTable } from '@tidemark/ddl-optimizer';
import { mysqlForTests } from '@tidemark/testkit';
import mysql2 from 'mysql2';
import { TableReader, type MysqlConnection } from '../src/index.ts';
import { recordedTables, RECORDED_POLICIES } from '../test/recorded-tables.ts';
import { recordingProxy } from '../test/recording-proxy.ts';
import { writeRecording, type RecordedTable } from '../test/recording.ts';
import { queryOver } from '../test/staged-columns.ts';

const DATABASE = 'recorded';

await using server = await mysqlForTests();
if (server.isMariadb) throw new Error('TEST_MYSQL_URL must name a MySQL 9.');
await using proxy = await recordingProxy(server);
await server.run(`DROP DATABASE IF EXISTS ${DATABASE}`, `CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`, `USE ${DATABASE}`, "SET SESSION sql_mode = ''", "SET SESSION time_zone = '+00:00'");

const openConnection = (): Promise<MysqlConnection> =>
  new Promise((resolve, reject) => {
    const connection = mysql2.createConnection({ host: '127.0.0.1', port: proxy.port, user: server.admin.username, password: server.admin.password });
    connection.connect((error) => (error === null ? resolve(connection) : reject(error)));
  });
const reader = new TableReader({ openConnection, killQuery: () => Promise.resolve() }, { progressTimeoutMs: 60_000 });

const tables: RecordedTable[] = [];
for (const { name, statements } of recordedTables(server.version)) {
  await server.run(...statements);
  proxy.take();
  const definition = await reader.describe(DATABASE, name);
  const { columns } = planTable(definition, { include: null, exclude: [], policies: { ...DEFAULT_TYPE_POLICIES, ...RECORDED_POLICIES } });
  const sql = `SELECT ${columns.map(({ select }) => select).join(', ')} FROM ${DATABASE}.${name} ORDER BY id`;
  let rows = 0;
  for await (const { batch } of reader.read(queryOver(columns, { sql }), { maxBatchRows: 1000, maxBatchBytes: 1e9 }, new AbortController().signal)) rows += batch.rowCount;
  const answers = proxy.take();
  const texts = await server.rows(`SELECT ${definition.columns.map((column) => `\`${column.name}\``).join(', ')} FROM ${DATABASE}.${name} ORDER BY id`);
  console.log(`${name}: ${columns.length} columns, ${rows} rows, ${answers.length} answers`);
  tables.push({ name, answers, texts });
}
writeRecording({ version: server.version, database: DATABASE, tables });
await server.run(`DROP DATABASE ${DATABASE}`);
