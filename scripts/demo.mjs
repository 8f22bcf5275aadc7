/** `npm run demo -- ARGS…`: builds what the demo runs, then starts it in this terminal. */
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { runNx } from './setup/nx.mjs';

const built = runNx(['run-many', '-t', 'build', '--output-style=static']);
if (built === 0) {
  const demo = ['--conditions=@tidemark/source', 'tools/demo/src/main.ts', ...process.argv.slice(2)];
  // A terminal sends Ctrl-C to both processes; the demo answers it and this one waits for the demo.
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync(process.execPath, demo, { stdio: 'inherit' });
  process.exitCode = status ?? 128 + constants.signals[signal];
} else {
  process.exitCode = built;
}
