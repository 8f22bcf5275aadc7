import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Node keeps what it compiled in the user's cache folder, which makes the next start shorter. It takes from there only what the same
 * Node made of the same text. NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE turns it off; where the folder
 * cannot be written, nothing is kept.
 *
 * It is not the folder below the temporary directory that Node would take: what lies there is run, so it has to be the user's own.
 */
if (process.env['NODE_COMPILE_CACHE'] === undefined) {
  const folder = cacheFolder();
  if (folder !== null) enableCompileCache(join(folder, 'tidemark', 'compiled'));
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
function cacheFolder(): string | null {
  const named = process.env['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  try {
    return join(homedir(), '.cache');
  } catch {
    // A user without a home, as in some containers.
    return null;
  }
}
