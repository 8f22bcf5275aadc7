/** Imports every installed entry in a process of its own: an import prints nothing, changes nothing and keeps nothing open. */
import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How long a process may take that has nothing to do but to import, on a busy machine. */
const LONGEST_MS = 60_000;

/** What went wrong, or what the import changed that it should not; nothing when all is well. */
function oneImport(project, entry) {
  const [report, stdout, stderr] = ['report', 'stdout', 'stderr'].map((name) => join(project, `import.${name}`));
  // Files, since a pipe that a library merely looks at counts as open.
  const [out, err] = [stdout, stderr].map((path) => openSync(path, 'w'));
  const { status, signal } = spawnSync(process.execPath, ['import-probe.mjs', entry, report], { cwd: project, stdio: ['ignore', out, err], timeout: LONGEST_MS });
  closeSync(out);
  closeSync(err);
  const printed = readFileSync(stdout, 'utf8') + readFileSync(stderr, 'utf8');
  if (signal !== null) return [`import of ${entry}: the process did not end by itself`];
  if (status !== 0) return [`import of ${entry}: ${printed}`];
  const changed = Object.entries(JSON.parse(readFileSync(report, 'utf8'))).map(([what, { before, after }]) => `import of ${entry} changes ${what} from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  return printed === '' ? changed : [`import of ${entry} prints ${JSON.stringify(printed)}`, ...changed];
}

/**
 * @param project a folder in which the packages are installed
 * @param entries every entry
 */
export function checkImports(project, entries) {
  copyFileSync(join(dirname(fileURLToPath(import.meta.url)), 'import-probe.mjs'), join(project, 'import-probe.mjs'));
  return entries.flatMap((entry) => oneImport(project, entry));
}
