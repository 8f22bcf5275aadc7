/**
 * Makes a machine ready for this workspace, then runs what it was asked to run under the workspace's own Node.
 *
 *   node scripts/bootstrap.mjs                              set up only
 *   node scripts/bootstrap.mjs FILE [ARGS…]                 set up, then run FILE (Node options may stand before it)
 *   node scripts/bootstrap.mjs --without-servers FILE …     npm packages only: for lint, typecheck, build
 *
 * Plain JavaScript without dependencies: it runs on the system's Node 20, before `npm ci`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { ensurePostgresLinks } from './setup/postgres-links.mjs';
import { SetupError } from './setup/setup-error.mjs';
import { ensureSystemParts } from './setup/system-parts.mjs';
import { workspaceNode } from './setup/workspace-node.mjs';
import { OLDEST_SYSTEM_NODE, atLeast } from './setup/versions.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`setup: ${line}\n`);

function setUp({ servers }) {
  if (!atLeast(process.versions.node, OLDEST_SYSTEM_NODE)) {
    throw new SetupError(`Node ${OLDEST_SYSTEM_NODE} or newer is needed; this is Node ${process.versions.node}.`, [
      'Install Node 20 or newer (https://nodejs.org/en/download), then run the same command again.',
    ]);
  }
  ensureNodePackages(root, say);
  const node = workspaceNode(root);
  if (servers) {
    ensurePostgresLinks(root, say);
    ensureSystemParts(say);
  }
  return node;
}

function run(node, args) {
  const bin = join(root, 'node_modules', '.bin');
  const path = [bin, ...(process.env.PATH ?? '').split(':').filter((entry) => entry !== bin)].join(':');
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone has to be passed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    say(`cannot start ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

try {
  const args = process.argv.slice(2);
  const servers = args[0] !== '--without-servers';
  if (!servers) args.shift();
  const node = setUp({ servers });
  if (args.length > 0) run(node, args);
  else say('ready');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  for (const step of error.remedy) say(`  ${step}`);
  process.exitCode = 1;
}
