import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Programs that the local servers need, with the Debian package that has each. `-core` packages start no service. */
const PROGRAMS = {
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  mariadb: 'mariadb-client-core',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
};

/** Where Debian keeps servers is not on an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Packages unpacked without root live below this folder; tools/local-stack looks in the same place.
 * @param {NodeJS.ProcessEnv} env
 */
export function privatePartsFolder(env) {
  const cache = env.XDG_CACHE_HOME ? env.XDG_CACHE_HOME : join(env.HOME ? env.HOME : homedir(), '.cache');
  return join(cache, 'tidemark', 'debs', 'root');
}

/**
 * The programs of the list that neither PATH, nor the system's folders, nor the private folder has.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} [systemFolders]
 */
export function missingPrograms(env, systemFolders = SYSTEM_FOLDERS) {
  const unpacked = privatePartsFolder(env);
  const folders = [...(env.PATH ?? '').split(':').filter(Boolean), ...systemFolders, join(unpacked, 'usr/sbin'), join(unpacked, 'usr/bin')];
  return Object.keys(PROGRAMS).filter((program) => !folders.some((folder) => isExecutable(join(folder, program))));
}

/**
 * Installs MariaDB and sshd where they are missing: by apt-get as root, else unpacked into the user's cache.
 * No service is started and none is left enabled.
 * @param {(line: string) => void} say
 */
export function ensureSystemParts(say) {
  const missing = missingPrograms(process.env);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => PROGRAMS[program]))];
  say(`missing programs: ${missing.join(', ')}`);
  if (!isOnPath('apt-get') || !isOnPath('dpkg-deb')) {
    throw new SetupError('These programs are missing, and this is no Debian or Ubuntu on which they could be installed.', [
      'Install MariaDB 10.11 or newer (mariadbd, mariadb-install-db, mariadb) and OpenSSH (sshd, ssh-keygen) with the package manager of this system.',
      'Example: dnf install mariadb-server mariadb openssh-server openssh-clients',
    ]);
  }
  if (process.getuid() === 0) installAsRoot(packages, say);
  else unpackIntoCache(packages, say);
  const still = missingPrograms(process.env);
  if (still.length > 0) throw cannotInstall(packages, `still missing after the installation: ${still.join(', ')}`);
}

function installAsRoot(packages, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const install = () => run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], env);
  say(`apt-get install --no-install-recommends ${packages.join(' ')}`);
  withoutServiceStarts(() => {
    let failure = hasPackageLists() ? install() : 'there are no package lists';
    if (failure) {
      say('apt-get update, then once more');
      failure = run('apt-get', ['update'], env) ?? install();
    }
    if (failure) throw cannotInstall(packages, failure);
  });
  // Debian enables the ssh service on installation; this workspace only needs the program.
  if (packages.includes('openssh-server') && isOnPath('update-rc.d')) run('update-rc.d', ['ssh', 'disable'], env);
}

/** invoke-rc.d asks /usr/sbin/policy-rc.d; exit code 101 forbids the start (invoke-rc.d(8)). */
function withoutServiceStarts(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function unpackIntoCache(packages, say) {
  const target = privatePartsFolder(process.env);
  const base = join(target, '..');
  const state = join(base, 'apt');
  const fresh = join(base, `root-${process.pid}`);
  say(`no root rights: unpacking ${packages.join(' ')} into ${target}`);
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(state, 'cache', 'archives', 'partial'), { recursive: true });
  const config = join(state, 'apt.conf');
  writeFileSync(config, aptConfiguration(state));
  const env = { ...process.env, APT_CONFIG: config, LC_ALL: 'C' };
  try {
    const failure =
      run('apt-get', ['update'], env) ??
      run('apt-get', ['install', '--yes', '--download-only', '--reinstall', '--no-install-recommends', ...packages], env);
    if (failure) throw cannotInstall(packages, failure);
    const archives = join(state, 'cache', 'archives');
    const files = readdirSync(archives).filter((name) => name.endsWith('.deb'));
    // apt-get update only warns when it reaches no server.
    if (files.length === 0) throw cannotInstall(packages, 'no package could be downloaded');
    for (const file of files) {
      const unpackFailure = run('dpkg-deb', ['-x', join(archives, file), fresh], env);
      if (unpackFailure) throw cannotInstall(packages, unpackFailure);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(state, { recursive: true, force: true });
  }
}

/** apt's lists, downloads and locks in a folder of the user's own; the sources and keys stay the system's. */
function aptConfiguration(state) {
  return [
    `Dir::State "${state}";`,
    `Dir::State::lists "${state}/lists";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${state}/cache";`,
    `Dir::Log "${state}";`,
    'Debug::NoLocking "1";',
    'APT::Sandbox::User "";',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
    '',
  ].join('\n');
}

function cannotInstall(packages, reason) {
  return new SetupError(`MariaDB and sshd could not be installed: ${reason}`, [
    `As root, type: apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    'then run the same command again. No service needs to run.',
  ]);
}

/** @returns {string | undefined} what went wrong */
function run(command, args, env) {
  const { error, status, stderr } = spawnSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 });
  if (error) return `${command}: ${error.message}`;
  if (status === 0) return undefined;
  const lines = stderr.split('\n').filter((line) => line.startsWith('E:'));
  return `${command} ${args[0]} ended with exit code ${status}${lines.length > 0 ? `: ${lines.join(' ')}` : ''}`;
}

function hasPackageLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => /_Packages(\.\w+)?$/.test(name));
  } catch {
    return false;
  }
}

function isOnPath(program) {
  return [...(process.env.PATH ?? '').split(':'), ...SYSTEM_FOLDERS].some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
