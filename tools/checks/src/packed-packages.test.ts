import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** The checks of `npm run check:packages` are plain JavaScript: they run before anything is compiled. */
const load = async <Check>(name: string): Promise<Check> => (await import(join(root, 'scripts/packages', name))) as Check;

interface Installed {
  readonly name: string;
  readonly entries: readonly string[];
}

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tidemark-packed-'));
  await mkdir(join(project, 'node_modules'));
  await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'));
  await writeFile(join(project, 'package.json'), '{"type":"module"}');
});
afterAll(async () => await rm(project, { recursive: true }));

/** A package as npm would have installed it. */
async function install(name: string, files: Readonly<Record<string, string>>): Promise<Installed> {
  const manifest = { name: `@tidemark/${name}`, type: 'module', exports: { '.': { types: './index.d.ts', default: './index.js' } } };
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), 'index.js': '', 'index.d.ts': 'export {};\n', ...files })) {
    const path = join(project, 'node_modules', manifest.name, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return { name: manifest.name, entries: [manifest.name] };
}

describe('types', () => {
  const check = async (installed: Installed): Promise<readonly string[]> => (await load<{ checkConsumerTypes(project: string, packages: readonly Installed[]): readonly string[] }>('consumer-types.mjs')).checkConsumerTypes(project, [installed]);
  const README = "# Sound\n```ts\nimport { double } from '@tidemark/sound';\nconst n: number = double(2);\nconsole.log(n);\n```\n";

  test('a package whose declarations and example compile passes', async () => {
    expect(await check(await install('sound', { 'index.d.ts': 'export declare function double(n: number): number;\n', 'README.md': README }))).toEqual([]);
  });

  test.each([
    ['broken-0', 'a declaration that imports a type which is not exported', { 'index.d.ts': "export { Part } from './part.js';\n", 'part.d.ts': 'export interface Piece { readonly n: number }\n' }, /index\.d\.ts:1: .*Part/],
    ['broken-1', 'a declaration that imports a package which is not there', { 'index.d.ts': "import type { Client } from 'no-such-driver';\nexport declare const client: Client;\n" }, /index\.d\.ts:1: Cannot find module 'no-such-driver'/],
    ['broken-2', 'an export that has lost its type', { 'index.d.ts': 'export declare const lost: any;\n' }, /@tidemark\/broken-2 exports lost without its type/],
    ['broken-3', 'an example that does not fit the declarations', { 'index.d.ts': 'export declare function double(n: string): string;\n', 'README.md': README.replaceAll('sound', 'broken-3') }, /broken-3-1\.ts:2: .*not assignable/],
  ] as const)('%s: %s is found, for Node and for bundlers', async (name, _title, files, complaint) => {
    const found = await check(await install(name, files));
    for (const resolution of ['nodenext', 'bundler']) expect(found.filter((text) => text.startsWith(`types, ${resolution}: `)).join('\n')).toMatch(complaint);
  });
});

describe('imports', () => {
  const check = async (installed: Installed): Promise<readonly string[]> => (await load<{ checkImports(project: string, entries: readonly string[]): readonly string[] }>('imports.mjs')).checkImports(project, installed.entries);

  test.each([
    ['quiet', 'export const n = 1;\n', []],
    ['loud', "console.log('hello');\n", ['import of @tidemark/loud prints "hello\\n"']],
    ['global', 'globalThis.tidemarkWasHere = true;\n', [expect.stringContaining('import of @tidemark/global changes globals')]],
    ['patching', 'Array.prototype.last = function () { return this.at(-1); };\n', [expect.stringContaining('import of @tidemark/patching changes builtIns')]],
    ['listening', "process.on('SIGHUP', () => {});\n", [expect.stringContaining('import of @tidemark/listening changes listeners')]],
    ['open', 'setTimeout(() => {}, 100);\n', [expect.stringContaining('import of @tidemark/open changes open')]],
    ['broken', "throw new Error('no');\n", [expect.stringContaining('Error: no')]],
  ])('a package that is %s', async (name, code, complaints) => {
    expect(await check(await install(name, { 'index.js': code }))).toEqual(complaints);
  });
});

describe('manifests', () => {
  interface Published {
    readonly folder: string;
    readonly manifest: { readonly name: string; readonly repository?: unknown };
  }
  const complaints = async (workspace: string): Promise<readonly string[]> => {
    const { publishablePackages } = await load<{ publishablePackages(workspace: string): readonly Published[] }>('publishable-packages.mjs');
    const { checkManifests } = await load<{ checkManifests(packages: readonly Published[], workspace: string): readonly string[] }>('manifests.mjs');
    const packages = publishablePackages(workspace);
    expect(packages.length).toBeGreaterThan(0);
    return checkManifests(packages, workspace);
  };

  test('those of the workspace say what a published package has to say', async () => {
    expect(await complaints(root)).toEqual([]);
  });

  test('release:repository writes the place of the sources everywhere; a package without it is told', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'tidemark-workspace-'));
    try {
      for (const path of ['package.json', 'scripts', 'libs/domain', 'apps/plugin-watermark']) {
        await cp(join(root, path), join(workspace, path), { recursive: true, filter: (source) => !/node_modules|dist|out-tsc/.test(source.slice(root.length)) });
      }
      const run = promisify(execFile);
      const script = join(workspace, 'scripts/set-repository.mjs');
      await expect(run(process.execPath, [script, 'tidemark'])).rejects.toMatchObject({ code: 2 });
      await run(process.execPath, [script, 'git+https://git.example.com/data/tidemark.git']);
      expect(await complaints(workspace)).toEqual([]);
      const path = join(workspace, 'libs/domain/package.json');
      const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
      expect(manifest['repository']).toEqual({ type: 'git', url: 'git+https://git.example.com/data/tidemark.git', directory: 'libs/domain' });
      await writeFile(path, JSON.stringify({ ...manifest, repository: undefined, sideEffects: undefined }));
      expect(await complaints(workspace)).toEqual(['@tidemark/domain: sideEffects is not false', expect.stringContaining('@tidemark/domain: repository is not that of the workspace')]);
    } finally {
      await rm(workspace, { recursive: true });
    }
  });
});
