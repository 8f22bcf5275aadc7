/** `npm run demo -- ARGS…`: builds the command line, which the demo runs, then starts the demo in this terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

const exitCode = (code, signal) => code ?? 128 + constants.signals[signal];

// One compiler for the command line and all it imports: from nothing this takes a third of the time of one process per project.
const build = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--build', 'apps/cli/tsconfig.lib.json'], { stdio: 'inherit' });
if (build.status === 0) {
  const demo = spawn(process.execPath, ['--conditions=@tidemark/source', 'tools/demo/src/main.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches the demo by itself; a signal sent to this process alone has to be passed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) demo.kill(signal);
    });
  }
  demo.on('exit', (code, signal) => {
    process.exitCode = exitCode(code, signal);
  });
} else {
  process.exitCode = exitCode(build.status, build.signal);
}
