import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The pages of the workspace as absolute paths: README.md, docs/ and the README of every package. */
export async function allPages(root: string): Promise<readonly string[]> {
  const docs = (await readdir(join(root, 'docs'), { recursive: true })).filter((name) => name.endsWith('.md')).map((name) => join(root, 'docs', name));
  const packages = await Promise.all(['libs', 'apps', 'tools'].map(async (group) => (await readdir(join(root, group))).map((name) => join(root, group, name, 'README.md'))));
  return [join(root, 'README.md'), ...docs, ...packages.flat()].filter((path) => existsSync(path));
}
