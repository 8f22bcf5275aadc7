import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The `repository` of a package: that of the workspace's package.json, with the folder of the package. npm compares it with the place
 * from which a package is published with provenance. Undefined while the workspace has none.
 */
export function repositoryOf(folder, workspace) {
  const { repository } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
  return repository === undefined ? undefined : { ...repository, directory: relative(workspace, folder) };
}
