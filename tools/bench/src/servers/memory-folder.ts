import { accessSync, constants, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const SHARED_MEMORY = '/dev/shm';

/** The folder for the servers' data: in memory where there is enough of it, so that no disk is measured. */
export function memoryFolder(neededBytes: number): string {
  return hasRoom(SHARED_MEMORY, neededBytes) ? SHARED_MEMORY : tmpdir();
}

function hasRoom(folder: string, bytes: number): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    // Twice: once in the folder, once in the server's buffer pool.
    return bavail * bsize > bytes && freemem() > 2 * bytes;
  } catch {
    return false;
  }
}
