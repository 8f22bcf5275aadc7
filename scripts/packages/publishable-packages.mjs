import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The packages that are published: those of libs/ and apps/ that are not private.
 *
 * @returns {{ folder: string, manifest: { name: string, version: string, exports?: Record<string, unknown>, oclif?: object, repository?: object } }[]}
 */
export function publishablePackages(workspace) {
  return ['libs', 'apps']
    .flatMap((group) => readdirSync(join(workspace, group)).map((name) => join(workspace, group, name)))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** The specifiers under which a package can be imported; its package.json is none. */
export function entriesOf({ name, exports = {} }) {
  return Object.keys(exports).filter((key) => key !== './package.json' && !key.includes('*')).map((key) => name + key.slice(1));
}
