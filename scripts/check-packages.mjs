/**
 * `npm run check:packages`: builds, packs every publishable package, checks each with publint and are-the-types-wrong,
 * installs all of them into an empty project outside the workspace and imports every entry there.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNx } from './setup/nx.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {{ folder: string, manifest: { name: string, version: string, exports?: Record<string, unknown> } }[]} */
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
  return failures;
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
