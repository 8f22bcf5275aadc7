/**
 * `npm test -- [vitest arguments]`: builds the workspace and runs every test, servers included.
 * The last line says `N passed, N failed`, and `, N skipped` when tests were skipped; no test at all is a failure.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCLI, startVitest } from 'vitest/node';
import { runNx } from './setup/nx.mjs';
import { countTests, summaryLine } from './setup/test-summary.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function runTests() {
  if (runNx(['run-many', '-t', 'build', '--output-style=static']) !== 0) {
    return { passed: 0, failed: 1, skipped: 0, reasons: ['failed: the build, so no test was run'] };
  }
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  const vitest = await startVitest('test', filter, { ...options, root, watch: false, run: true });
  const counts = countTests(vitest.state.getTestModules(), vitest.state.getUnhandledErrors());
  await vitest.close();
  return counts;
}

const counts = await runTests();
for (const reason of counts.reasons) console.log(reason);
const succeeded = counts.failed === 0 && counts.passed > 0 && (process.exitCode ?? 0) === 0;
if (!succeeded && counts.failed === 0) console.log(counts.passed === 0 ? 'No test was run.' : 'vitest reported an error outside the tests.');
// Written in one piece and waited for, so that nothing is lost when the process is ended with its workers.
process.stdout.write(`${summaryLine(counts)}\n`, () => process.exit(succeeded ? 0 : 1));
