import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

/** A process that starts three servers, says what it started, and stays. */
const PROGRAM = `
  import { startMariadb, startPostgres, startSshd } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))};
  import { dirname } from 'node:path';
  const mariadb = await startMariadb();
  const postgres = await startPostgres();
  const sshd = await startSshd({ forwardTo: [mariadb] });
  setInterval(() => undefined, 1000);
  console.log(JSON.stringify({ pids: [mariadb, postgres, sshd].map((server) => server.process.pid), folders: [dirname(mariadb.socketPath), dirname(sshd.privateKeyPath)] }));
`;

async function startOwner(): Promise<{ owner: ChildProcess; pids: number[]; folders: string[] }> {
  const owner = spawn(process.execPath, ['--conditions=@tidemark/source', '--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(owner.stdout!, 'data')) as [Buffer];
  return { owner, ...(JSON.parse(line.toString()) as { pids: number[]; folders: string[] }) };
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function allGone(pids: number[], folders: string[]): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (!pids.some(runs) && !folders.some((folder) => existsSync(folder))) return true;
    await sleep(50);
  }
  return false;
}

test.each(['SIGKILL', 'SIGTERM'] as const)('servers and folders go when their owner ends by %s', async (signal) => {
  const { owner, pids, folders } = await startOwner();
  expect(pids.every(runs)).toBe(true);
  expect(folders.every((folder) => existsSync(folder))).toBe(true);
  owner.kill(signal);
  await once(owner, 'exit');
  expect(await allGone(pids, folders)).toBe(true);
});
