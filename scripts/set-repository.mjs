/** `npm run release:repository -- URL`: says in the workspace's and in every published package.json where the sources are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishablePackages } from './packages/publishable-packages.mjs';
import { repositoryOf } from './packages/repository.mjs';

const workspace = dirname(dirname(fileURLToPath(import.meta.url)));

/** Replaces `repository`, which stands right before `type`. */
function write(folder, repository) {
  const path = join(folder, 'package.json');
  const { repository: _former, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
  const entries = Object.entries(manifest);
  entries.splice(entries.findIndex(([key]) => key === 'type'), 0, ['repository', repository]);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

const [url, ...rest] = process.argv.slice(2);
if (url === undefined || rest.length > 0 || !/^git\+https:\/\/[^/]+\/.+\.git$/.test(url)) {
  process.stderr.write('npm run release:repository -- git+https://HOST/OWNER/NAME.git\n');
  process.exitCode = 2;
} else {
  write(workspace, { type: 'git', url });
  for (const { folder } of publishablePackages(workspace)) write(folder, repositoryOf(folder, workspace));
}
