import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';
import { OLDEST_WORKSPACE_NODE, atLeast } from './versions.mjs';

/**
 * The Node that the npm package `node` brings. Its install script fetches the binary; where install scripts
 * are switched off, node_modules/.bin/node is missing or an empty shell and every command would fall back to the
 * system's Node without a word.
 * @param {string} root
 * @returns {string} absolute path of a Node that is new enough
 */
export function workspaceNode(root) {
  const node = join(root, 'node_modules', '.bin', 'node');
  const remedy = [
    'Type: npm rebuild node --ignore-scripts=false --foreground-scripts',
    'and look for ignore-scripts in `npm config list`: the package "node" fetches its binary by an install script.',
  ];
  if (!existsSync(node)) throw new SetupError('node_modules/.bin/node is missing: the install script of the package "node" did not run.', remedy);
  const { stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const version = (stdout ?? '').trim();
  if (error || !/^v\d+\.\d+\.\d+/.test(version)) {
    throw new SetupError('node_modules/.bin/node does not run: the install script of the package "node" did not finish.', remedy);
  }
  if (!atLeast(version, OLDEST_WORKSPACE_NODE)) {
    throw new SetupError(`node_modules/.bin/node is ${version}; ${OLDEST_WORKSPACE_NODE} or newer is needed.`, remedy);
  }
  return node;
}
