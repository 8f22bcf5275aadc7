/** `npm run bench -- ARGS…`: builds the bench and what it measures, then runs it: what is measured is what is published. */
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { runNx } from './setup/nx.mjs';

const built = runNx(['build', '@tidemark/bench', '--output-style=static']);
if (built === 0) {
  // A terminal sends Ctrl-C to both processes; the bench answers it and this one waits for it.
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync(process.execPath, ['tools/bench/dist/main.js', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 128 + constants.signals[signal];
} else {
  process.exitCode = built;
}
