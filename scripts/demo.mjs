/** `npm run demo -- ARGS…`: builds what the demo runs, then starts it in this terminal. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { runNx } from './setup/nx.mjs';

const built = runNx(['run-many', '-t', 'build', '--output-style=static']);
if (built === 0) {
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', 'tools/demo/src/main.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches the demo by itself; a signal sent to this process alone has to be passed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
} else {
  process.exitCode = built;
}
