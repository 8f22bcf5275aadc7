import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';

/** Nx without its background process, its cloud and its full-screen display. */
const QUIET = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

/**
 * Runs Nx in the foreground.
 * @param {string[]} args
 * @returns {number} its exit code
 */
export function runNx(args) {
  const { status, signal, error } = spawnSync('nx', args, { stdio: 'inherit', env: { ...process.env, ...QUIET } });
  if (error) throw error;
  return status ?? 128 + constants.signals[signal];
}
