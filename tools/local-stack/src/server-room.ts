import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Waits until the pipe from this process closes, which it does however this process ends (SIGKILL included),
 * then ends every server that is still listed and removes the folder. PostgreSQL gives its shared memory back on QUIT only.
 */
const WATCHDOG = `trap '' HUP INT TERM
cat >/dev/null
for signal in QUIT KILL; do
  for file in "$1"/pids/*; do kill -"$signal" "\${file##*/}" 2>/dev/null; done
  sleep 0.1
done
tries=0
while ! rm -rf "$1" 2>/dev/null && [ "$tries" -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done`;

let folder: string | undefined;

/** The temporary folder of this process's servers; made on first use, removed with its servers when this process ends. */
function roomFolder(): string {
  if (folder !== undefined) return folder;
  folder = mkdtempSync(join(tmpdir(), 'tidemark-'));
  // A server that runs under another user must be able to pass through; it cannot list.
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'pids'));
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'tidemark-watchdog', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  // The pipe must not keep this process alive, and must not close before it.
  (watchdog.stdin as unknown as { unref(): void }).unref();
  watchdog.stdin.on('error', () => undefined);
  return folder;
}

/** A new folder for one server. It goes when the server is disposed, at the latest when this process ends. */
export async function makeServerFolder(name: string): Promise<string> {
  return mkdtemp(join(roomFolder(), `${name}-`));
}

export async function removeServerFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Lists a server, so that it is killed when this process ends in whatever way. */
export function listServer(pid: number): void {
  writeFileSync(join(roomFolder(), 'pids', String(pid)), '');
}

export function unlistServer(pid: number): void {
  rmSync(join(roomFolder(), 'pids', String(pid)), { force: true });
}
