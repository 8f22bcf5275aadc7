import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

/** What `tsc -b` has written down about its last build: files as they are named from it, and the SHA-256 of their texts. */
interface BuildInfo {
  readonly fileNames: readonly string[];
  readonly fileInfos: readonly (string | { readonly version: string })[];
}

/** Before any test: they run the program as it was built, so a source that has changed since would be tested in its old form. */
export default async function requireCurrentBuild(): Promise<void> {
  const stale = await staleSources(WORKSPACE);
  if (stale.length > 0) throw new Error(`The tests run what was built, and ${stale.length} sources are not in it: ${stale.slice(0, 5).join(', ')}${stale.length > 5 ? ', …' : ''}. Run npx tsc -b.`);
}

/** The sources of apps and libraries whose text is not the one that was built last, from the workspace. */
export async function staleSources(workspace: string): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const group of ['apps', 'libs']) {
    for (const name of await readdir(join(workspace, group))) {
      const project = join(workspace, group, name);
      const built = await builtTexts(join(project, 'dist', 'tsconfig.lib.tsbuildinfo'));
      const files = await readdir(join(project, 'src'), { recursive: true }).catch(() => []);
      for (const file of files.filter((path) => path.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(path))) {
        const path = join(project, 'src', file);
        if (built.get(path) !== createHash('sha256').update(await readFile(path)).digest('hex')) stale.push(`${group}/${name}/src/${file}`);
      }
    }
  }
  return stale;
}

async function builtTexts(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return new Map();
  const { fileNames, fileInfos } = JSON.parse(text) as BuildInfo;
  return new Map(fileNames.map((name, index) => [resolve(dirname(file), name), versionOf(fileInfos[index])]));
}

function versionOf(info: BuildInfo['fileInfos'][number] | undefined): string {
  return typeof info === 'string' ? info : (info?.version ?? '');
}
