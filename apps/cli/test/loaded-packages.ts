/**
 * Preloaded into a program, writes down which packages it loads: one name a line, added to the file that LOADED_PACKAGES names.
 * The packages of the workspace are named as those of others are.
 */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const file = process.env['LOADED_PACKAGES']!;
const seen = new Set<string>();

registerHooks({
  load: (url, context, next) => {
    const [, inside, library] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*\/node_modules\/)|\/(?:libs|apps)\/([^/]+)\/(?:dist|src)\//.exec(url) ?? [];
    const name = inside ?? (library === undefined ? undefined : `@tidemark/${library}`);
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      appendFileSync(file, `${name}\n`);
    }
    return next(url, context);
  },
});
