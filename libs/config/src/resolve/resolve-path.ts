import { isAbsolute, join, resolve } from 'node:path';

export interface PathBase {
  /** Absolute path of the configuration directory, symlinks resolved. */
  readonly directory: string;
  /** The user's home directory, for `~/`. */
  readonly home: string;
}

/** An absolute path: `~/` is the home directory, anything relative starts at the configuration directory. */
export function resolvePath(path: string, { directory, home }: PathBase): string {
  if (path === '~') return home;
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(directory, path);
}
