import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.ts';

/**
 * Writes files below a directory. Either all may be written, or none is.
 *
 * @param isForced files that are there are replaced
 * @returns absolute paths, in the order of their names
 * @throws ConfigError `CONFIG_EXISTS` – files are there; nothing was written
 */
export async function writeNewFiles(directory: string, files: ReadonlyMap<string, string>, isForced: boolean): Promise<readonly string[]> {
  const written = [...files].map(([name, text]) => ({ path: join(directory, name), text })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const standing: string[] = [];
  for (const { path } of written) if (!isForced && (await exists(path))) standing.push(path);
  if (standing.length > 0) throw new ConfigError('CONFIG_EXISTS', { message: `${standing.join(', ')} ${standing.length === 1 ? 'is' : 'are'} there already; nothing was written`, details: { standing } });
  for (const { path, text } of written) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: isForced ? 'w' : 'wx' });
  }
  return written.map(({ path }) => path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
