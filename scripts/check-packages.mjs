/**
 * `npm run check:packages`: builds, packs every publishable package, checks each with publint and are-the-types-wrong,
 * installs all of them into an empty project outside the workspace, imports every entry there and runs the programs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNx } from './setup/nx.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {{ folder: string, manifest: { name: string, version: string, exports?: Record<string, unknown>, oclif?: object } }[]} */
function publishablePackages() {
  return ['libs', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Runs a command; its output is shown when it fails. */
function succeeds(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return true;
  console.log(`${command} ${args.join(' ')}\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return false;
}

/** The specifiers under which a package can be imported; its package.json is none. */
function entries({ name, exports = {} }) {
  return Object.keys(exports).filter((key) => key !== './package.json' && !key.includes('*')).map((key) => name + key.slice(1));
}

/** Command lines that the installed program takes, outside the workspace and without a configuration. */
const COMMAND_LINES = [['--version'], ['--help'], ['sync', 'pipeline', '--help'], ['watermark', 'get', '--help'], ['s3clean', 'list', '--help']];

/** How often `--version` is timed; the fastest counts, since other work on the machine only makes it slower. */
const STARTS = 5;

/** The longest that `tidemark --version` may take, in milliseconds; without its command manifest it would load every library. */
const SLOWEST_START_MS = 1500;

/** Whether a tarball has a file. */
function contains(tarball, path) {
  const { status, stdout } = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return status === 0 && stdout.split('\n').includes(`package/${path}`);
}

/** Runs the installed `tidemark` as a user does. */
function checkProgram(project) {
  const failures = COMMAND_LINES.filter((args) => !succeeds('npx', ['--no-install', 'tidemark', ...args], project)).map((args) => `tidemark ${args.join(' ')}`);
  const times = Array.from({ length: STARTS }, () => {
    const begun = performance.now();
    spawnSync(join(project, 'node_modules/.bin/tidemark'), ['--version'], { cwd: project });
    return performance.now() - begun;
  });
  const fastest = Math.round(Math.min(...times));
  console.log(`tidemark --version takes ${fastest} ms`);
  return fastest > SLOWEST_START_MS ? [...failures, `tidemark --version takes ${fastest} ms, more than ${SLOWEST_START_MS}`] : failures;
}

function check(packages, workFolder) {
  const failures = [];
  const tarballs = join(workFolder, 'tarballs');
  mkdirSync(tarballs);
  for (const { folder, manifest } of packages) {
    if (!succeeds('npm', ['pack', '--silent', '--pack-destination', tarballs], folder)) {
      failures.push(`${manifest.name}: npm pack`);
      continue;
    }
    const tarball = join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
    if (manifest.oclif !== undefined && !contains(tarball, 'oclif.manifest.json')) failures.push(`${manifest.name}: oclif.manifest.json is not packed`);
    if (!succeeds('publint', ['run', tarball, '--strict'], root)) failures.push(`${manifest.name}: publint`);
    // The packages are ES modules only, so resolution from CommonJS is not asked for.
    if (!succeeds('attw', [tarball, '--profile', 'esm-only'], root)) failures.push(`${manifest.name}: are-the-types-wrong`);
  }
  const project = join(workFolder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  if (!succeeds('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...files], project)) return [...failures, 'npm install of the packed packages'];
  for (const { manifest } of packages) {
    for (const entry of entries(manifest)) {
      if (!succeeds(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(entry)})`], project)) failures.push(`import of ${entry}`);
    }
  }
  return [...failures, ...checkProgram(project)];
}

const workFolder = mkdtempSync(join(tmpdir(), 'check-packages-'));
try {
  const built = runNx(['run-many', '-t', 'build', '--output-style=static']);
  const packages = publishablePackages();
  const failures = built === 0 ? check(packages, workFolder) : ['the build'];
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${packages.length} packages checked, ${failures.length} failures`);
  process.exitCode = failures.length === 0 && packages.length > 0 ? 0 : 1;
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
