import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Login, randomLogin } from './login.ts';
import { type MysqlEndpoint, type MysqlSession, openMysqlSession } from './mysql-session.ts';
import { type Program, findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { makeServerFolder, removeServerFolder } from './server-room.ts';
import { copyTemplate, templateFolder } from './template-folder.ts';
import { type TlsCertificate, makeTlsCertificate } from '@tidemark/redshift-emulator';

export interface MariadbOptions {
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Further server options, such as `--sql-mode=`; they win over the defaults. */
  readonly serverArgs?: readonly string[];
}

/** A private MariaDB with TLS and a row-based binary log. Disposing it kills it and removes its data. */
export interface MariadbServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly socketPath: string;
  /** Such as `10.11.19-MariaDB-0+deb12u1-log`. */
  readonly version: string;
  /** May do everything, from every address. */
  readonly admin: Login;
  /** May read everything and see processes, replication state and the binary log; may change nothing. */
  readonly reader: Login;
  /** `mysql://admin:…@127.0.0.1:port` */
  readonly url: string;
  /** PEM of the certificate that the server shows, for `ca`; it names 127.0.0.1 and localhost. */
  readonly tlsCaPem: string;
  readonly process: ServerProcess;
  /** Opens a session as admin, or as somebody else. */
  connect(options?: { readonly database?: string; readonly as?: Login }): Promise<MysqlSession>;
}

const DURABILITY_OFF = ['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0', '--innodb-doublewrite=0'];
const SIZES = ['--innodb-buffer-pool-size=128M', '--innodb-log-file-size=64M', '--max-connections=300', '--max-allowed-packet=256M'];
const BINARY_LOG = ['--log-bin=binlog', '--binlog-format=ROW', '--binlog-row-image=FULL', '--server-id=1'];
const START_ATTEMPTS = 3;

/**
 * Starts a MariaDB on 127.0.0.1 and a unix socket; ready for sessions when it resolves (about 0.3 s).
 *
 * @throws StackError `STACK_PROGRAM_MISSING`, `STACK_SERVER_FAILED`
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<MariadbServer> {
  const program = findProgram('mariadbd');
  const version = /Ver (\S+)/.exec(await runProgram(program, ['--no-defaults', '--version']))?.[1] ?? 'unknown';
  const template = await templateFolder(`mariadb-${version}-1`, (folder) => installSystemTables(folder));
  const folder = await makeServerFolder('mariadb');
  try {
    await copyTemplate(template, join(folder, 'data'));
    const tls = makeTlsCertificate();
    const admin = randomLogin('admin');
    const reader = randomLogin('reader');
    await writeServerFiles(folder, tls, admin, reader);
    const { port, server } = await startOnPort(program, folder, options);
    const host = '127.0.0.1';
    return {
      host,
      port,
      version,
      admin,
      reader,
      socketPath: join(folder, 'mysql.sock'),
      url: `mysql://${admin.username}:${admin.password}@${host}:${port}`,
      tlsCaPem: tls.certPem,
      process: server,
      connect: async ({ database, as = admin } = {}) => {
        const endpoint: MysqlEndpoint = { host, port, ...as, ...(database === undefined ? {} : { database }) };
        return openMysqlSession(endpoint);
      },
      [Symbol.asyncDispose]: async () => {
        await server.kill();
        await removeServerFolder(folder);
      },
    };
  } catch (error) {
    await removeServerFolder(folder);
    throw error;
  }
}

async function startOnPort(program: Program, folder: string, options: MariadbOptions): Promise<{ port: number; server: ServerProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      const args = serverArguments(program, folder, port, options.serverArgs ?? []);
      return { port, server: await startServer({ name: 'MariaDB', program, args, cwd: folder, readyLine: /ready for connections/ }) };
    } catch (error) {
      // Between the search for a free port and the start somebody else may have taken it.
      const taken = options.port === undefined && /Address already in use/.test((error as Error).message);
      if (!taken || attempt >= START_ATTEMPTS) throw error;
    }
  }
}

function serverArguments(program: Program, folder: string, port: number, extra: readonly string[]): string[] {
  return [
    '--no-defaults',
    ...softwareArguments(program),
    `--datadir=${join(folder, 'data')}`,
    `--tmpdir=${folder}`,
    `--socket=${join(folder, 'mysql.sock')}`,
    `--pid-file=${join(folder, 'mysql.pid')}`,
    `--init-file=${join(folder, 'users.sql')}`,
    `--ssl-cert=${join(folder, 'cert.pem')}`,
    `--ssl-key=${join(folder, 'key.pem')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--performance-schema=OFF',
    '--character-set-server=utf8mb4',
    '--local-infile=1',
    ...DURABILITY_OFF,
    ...SIZES,
    ...BINARY_LOG,
    ...extra,
  ];
}

function softwareArguments({ unpackedRoot }: Program): string[] {
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  if (unpackedRoot === undefined) return user;
  const share = join(unpackedRoot, 'usr/share/mysql');
  return [...user, `--basedir=${join(unpackedRoot, 'usr')}`, `--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`, `--plugin-dir=${join(unpackedRoot, 'usr/lib/mysql/plugin')}`];
}

async function installSystemTables(folder: string): Promise<void> {
  const installer = findProgram('mariadb-install-db');
  // A starting MariaDB deletes the temporary tables that it finds in its tmpdir, those of a neighbour too: each has its own.
  const temporary = await makeServerFolder('install-db');
  try {
    const args = ['--no-defaults', ...softwareArguments(installer), `--datadir=${folder}`, `--tmpdir=${temporary}`, '--skip-test-db', '--skip-name-resolve', '--innodb-log-file-size=64M'];
    await runProgram(installer, args, { cwd: folder });
  } finally {
    await removeServerFolder(temporary);
  }
}

async function writeServerFiles(folder: string, tls: TlsCertificate, admin: Login, reader: Login): Promise<void> {
  const users = [
    'SET SESSION sql_log_bin = 0;',
    `CREATE USER '${admin.username}'@'%' IDENTIFIED BY '${admin.password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${admin.username}'@'%' WITH GRANT OPTION;`,
    `CREATE USER '${reader.username}'@'%' IDENTIFIED BY '${reader.password}';`,
    `GRANT SELECT, SHOW VIEW, PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO '${reader.username}'@'%';`,
    '',
  ];
  const secret = { mode: 0o600 };
  await writeFile(join(folder, 'users.sql'), users.join('\n'), secret);
  await writeFile(join(folder, 'cert.pem'), tls.certPem);
  await writeFile(join(folder, 'key.pem'), tls.keyPem, secret);
}
