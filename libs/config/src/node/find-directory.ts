import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';

export interface ConfigDirectory {
  /** Absolute, as it was given or found. */
  readonly given: string;
  /** Absolute, symlinks resolved. */
  readonly real: string;
}

export interface DirectoryChoice {
  /** From `--config`. */
  readonly directory?: string | undefined;
  /** The process environment; TIDEMARK_CONFIG is read. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The configuration directory: the one given, else that of TIDEMARK_CONFIG, else the nearest `config/` upward
 * that has a connections.yml.
 *
 * @throws ConfigError `CONFIG_MISSING` – `details.looked` lists where it looked and what was there
 */
export async function findDirectory({ directory, variables, cwd }: DirectoryChoice): Promise<ConfigDirectory> {
  const fromVariable = variables['TIDEMARK_CONFIG'];
  const chosen = directory ?? (fromVariable === '' ? undefined : fromVariable);
  if (chosen !== undefined) {
    const given = resolve(cwd, chosen);
    const lack = await lackOf(given);
    if (lack === null) return { given, real: await realpath(given) };
    throw missing(`${directory === undefined ? 'TIDEMARK_CONFIG' : '--config'} names ${given}, but ${lack}`, [`${given}: ${lack}`], 'Name a directory that has a connections.yml.');
  }
  const looked: string[] = [];
  for (let above = resolve(cwd); ; above = dirname(above)) {
    const given = join(above, 'config');
    const lack = await lackOf(given);
    if (lack === null) return { given, real: await realpath(given) };
    looked.push(`${given}: ${lack}`);
    if (above === dirname(above)) break;
  }
  throw missing(`there is no configuration directory; looked at\n${looked.map((line) => `  ${line}`).join('\n')}`, looked);
}

/** What is missing at a path for it to be a configuration directory; null when nothing is. */
async function lackOf(path: string): Promise<string | null> {
  const kind = await kindOf(path);
  if (kind === 'none') return 'it does not exist';
  if (kind === 'file') return 'it is not a directory';
  for (const name of ['connections.yml', 'connections.yaml']) if ((await kindOf(join(path, name))) === 'file') return null;
  return 'it has no connections.yml';
}

async function kindOf(path: string): Promise<'none' | 'file' | 'directory'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'none';
    throw error;
  }
}

function missing(message: string, looked: readonly string[], remedy?: string): ConfigError {
  return new ConfigError('CONFIG_MISSING', { message, details: { looked, problems: [] }, ...(remedy === undefined ? {} : { remedy: [remedy] }) });
}
