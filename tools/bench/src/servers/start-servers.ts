import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startMariadb, type MariadbServer } from '@tidemark/local-stack';
import type { BucketAddress, Surroundings } from '../jobs/job.ts';
import { modulePath, ownExecArgv } from '../jobs/run-in-process.ts';
import { memoryFolder } from './memory-folder.ts';

const DATABASE = 'bench';
const MIB = 1024 * 1024;

/** The servers of a bench, and the folder in which runs may write. Disposing them removes everything. */
export interface BenchServers extends Surroundings, AsyncDisposable {
  readonly mariadb: MariadbServer;
  /** Where the data of the servers lies. */
  readonly storage: string;
}

/**
 * Starts a MariaDB whose buffer pool holds all tables, and the S3 emulator in another process.
 * @param tableBytes what the tables will take
 */
export async function startServers(tableBytes: number): Promise<BenchServers> {
  const storage = memoryFolder(tableBytes + 1024 * MIB);
  // The servers make their folders in the temporary folder.
  process.env['TMPDIR'] = storage;
  await using parts = new AsyncDisposableStack();
  const poolMib = Math.max(256, Math.ceil((tableBytes * 1.25) / MIB));
  const mariadb = parts.use(await startMariadb({ serverArgs: ['--skip-log-bin', `--innodb-buffer-pool-size=${poolMib}M`, '--innodb-log-file-size=512M', '--innodb-flush-method=fsync'] }));
  await using session = await mariadb.connect();
  await session.run(`CREATE DATABASE ${DATABASE}`);
  const bucket = await startBucket(parts);
  const folder = await mkdtemp(join(storage, 'tidemark-bench-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const { username, password } = mariadb.reader;
  const owned = parts.move();
  return { mariadb, storage, folder, bucket, source: { host: mariadb.host, port: mariadb.port, database: DATABASE, username, password }, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function startBucket(parts: AsyncDisposableStack): Promise<BucketAddress> {
  const child = fork(modulePath('../servers/s3-process'), [], { execArgv: ownExecArgv(), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  parts.defer(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  const first = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (first === null) throw new Error('the S3 emulator did not start');
  return first[0] as BucketAddress;
}
