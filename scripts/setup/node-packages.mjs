import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Holds the SHA-256 of the package-lock.json that node_modules was last seen to fit. */
const STAMP = '.tidemark-setup';

/**
 * True when every package of the lock file lies in node_modules in its version. Packages that npm may leave out
 * (optional ones, for other platforms) and links into the workspace are not asked for.
 * The packages themselves are read, not npm's own list of them, which is missing while another npm is at work.
 * @param {string} root
 * @param {object} lock package-lock.json
 */
export function fitsLock(root, lock) {
  return Object.entries(lock.packages ?? {}).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.link || entry.optional || entry.devOptional || entry.peer) return true;
    return installedVersion(join(root, path)) === entry.version;
  });
}

function installedVersion(folder) {
  try {
    // A few packages are published with a "v" before their version, which npm leaves out of the lock file.
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version?.replace(/^v/, '');
  } catch {
    return undefined;
  }
}

/**
 * Runs `npm ci` when node_modules is missing or does not fit package-lock.json.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function ensureNodePackages(root, say) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const digest = createHash('sha256').update(lockText).digest('hex');
  const stamp = join(root, 'node_modules', STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  if (!fitsLock(root, JSON.parse(lockText))) {
    say('npm ci (the packages of package-lock.json)');
    npmCi(root);
  }
  writeFileSync(stamp, digest);
}

function npmCi(root) {
  const bin = join(root, 'node_modules', '.bin');
  // npm must not run on the Node inside the node_modules that it is about to delete.
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.endsWith('/node_modules/.bin') && entry !== bin).join(':');
  const { error, status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: path },
  });
  if (error || status !== 0) {
    throw new SetupError(error ? `npm cannot be started: ${error.message}` : `npm ci failed with exit code ${status}.`, [
      'Read the lines above; when the network was the reason, run the same command again.',
      `By hand: cd ${root} && npm ci`,
    ]);
  }
}
