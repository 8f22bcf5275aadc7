/** What the manifest of a published package has to say. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryOf } from './repository.mjs';

const LICENSE = 'MIT';

/** What @dsnp/parquetjs needs is what every package says, so that a set of them has one answer. */
const NODE = '>=24.18';

/**
 * @param packages folder and parsed package.json of each
 * @param workspace the folder of the workspace
 * @returns what is wrong
 */
export function checkManifests(packages, workspace) {
  return packages.flatMap(({ folder, manifest }) => {
    const { name, exports = {}, publishConfig = {}, files = [] } = manifest;
    const wrong = [];
    const must = (holds, text) => holds || wrong.push(`${name}: ${text}`);
    must(manifest.type === 'module', 'type is not module');
    must(manifest.sideEffects === false, 'sideEffects is not false');
    must(manifest.engines?.node === NODE, `engines.node is ${manifest.engines?.node}, not ${NODE}`);
    must(manifest.license === LICENSE && existsSync(join(folder, 'LICENSE')), `license is not ${LICENSE}, or the file LICENSE is missing`);
    must(typeof manifest.description === 'string' && manifest.description !== '', 'there is no description');
    must(existsSync(join(folder, 'README.md')), 'there is no README.md');
    must(publishConfig.access === 'public' && publishConfig.provenance === true, 'publishConfig does not have access: public and provenance: true');
    must(JSON.stringify(manifest.repository) === JSON.stringify(repositoryOf(folder, workspace)), 'repository is not that of the workspace with the folder of the package: npm run release:repository');
    must(files.includes('dist'), 'files does not have dist');
    must(manifest.main === undefined && manifest.types === undefined, 'main and types stand beside exports');
    must(exports['./package.json'] === './package.json', 'exports lacks ./package.json');
    for (const [key, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue;
      // The first condition that holds is taken: the one for sources before all, types before the code.
      must(Object.keys(target).join() === '@tidemark/source,types,default', `exports["${key}"] has the conditions ${Object.keys(target).join(', ')}; they are @tidemark/source, types, default`);
      must(target.types?.replace(/\.d\.ts$/, '.js') === target.default, `exports["${key}"] has types and default that are not of one module`);
    }
    for (const script of ['preinstall', 'install', 'postinstall']) must(manifest.scripts?.[script] === undefined, `it has a ${script} script`);
    return wrong;
  });
}
