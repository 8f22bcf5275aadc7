/**
 * `npm run check:packages`: builds, packs every publishable package, checks each with publint and are-the-types-wrong, and installs all of
 * them into an empty project outside the workspace. There it imports every entry, type-checks and runs consumers, bundles single exports,
 * and runs the program, once as the example container file does.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConsumerTypes } from './packages/consumer-types.mjs';
import { checkEntrypoint } from './packages/entrypoint.mjs';
import { checkExamples } from './packages/examples.mjs';
import { checkImports } from './packages/imports.mjs';
import { checkManifests } from './packages/manifests.mjs';
import { entriesOf, publishablePackages } from './packages/publishable-packages.mjs';
import { checkTreeShaking } from './packages/tree-shaking.mjs';
import { runNx } from './setup/nx.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command; its output is shown when it fails. */
function succeeds(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return true;
  console.log(`${command} ${args.join(' ')}\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return false;
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

/** Packs every package into a folder and looks at each tarball. */
function pack(packages, tarballs) {
  const failures = [];
  mkdirSync(tarballs);
  for (const { folder, manifest } of packages) {
    if (!succeeds('npm', ['pack', '--silent', '--pack-destination', tarballs], folder)) {
      failures.push(`${manifest.name}: npm pack`);
      continue;
    }
    const tarball = join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
    if (manifest.oclif !== undefined && !contains(tarball, 'oclif.manifest.json')) failures.push(`${manifest.name}: oclif.manifest.json is not packed`);
    for (const file of ['LICENSE', 'README.md']) if (!contains(tarball, file)) failures.push(`${manifest.name}: ${file} is not packed`);
    if (!succeeds('publint', ['run', tarball, '--strict'], root)) failures.push(`${manifest.name}: publint`);
    // The packages are ES modules only, so resolution from CommonJS is not asked for.
    if (!succeeds('attw', [tarball, '--profile', 'esm-only'], root)) failures.push(`${manifest.name}: are-the-types-wrong`);
  }
  return failures;
}

/** Installs the tarballs into an empty project; TypeScript users have the types of Node besides. */
function install(tarballs, project) {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  return succeeds('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...files, `@types/node@${devDependencies['@types/node']}`], project);
}

async function check(packages, workFolder) {
  const [tarballs, project] = [join(workFolder, 'tarballs'), join(workFolder, 'project')];
  const failures = [...checkManifests(packages, root), ...pack(packages, tarballs)];
  if (!install(tarballs, project)) return [...failures, 'npm install of the packed packages'];
  const installed = packages.map(({ manifest }) => ({ name: manifest.name, entries: entriesOf(manifest), isLibrary: manifest.oclif === undefined }));
  const forBundlers = installed.filter(({ isLibrary }) => isLibrary).flatMap(({ entries }) => entries).filter((entry) => !entry.endsWith('/testing'));
  return [
    ...failures,
    ...checkImports(project, installed.flatMap(({ entries }) => entries)),
    ...checkConsumerTypes(project, installed),
    ...checkExamples(project, installed.map(({ name }) => name), root),
    ...(await checkTreeShaking(project, forBundlers)),
    ...checkProgram(project),
    ...(await checkEntrypoint(project, root)),
  ];
}

const workFolder = mkdtempSync(join(tmpdir(), 'check-packages-'));
try {
  const built = runNx(['run-many', '-t', 'build', '--output-style=static']);
  const packages = publishablePackages(root);
  const failures = built === 0 ? await check(packages, workFolder) : ['the build'];
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${packages.length} packages checked, ${failures.length} failures`);
  process.exitCode = failures.length === 0 && packages.length > 0 ? 0 : 1;
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
