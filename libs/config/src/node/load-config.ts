import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildConfig } from '../build-config.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { configError } from '../problem/config-problem.ts';
import { findDirectory } from './find-directory.ts';
import { TextReader } from './read-texts.ts';

export interface LoadConfigOptions {
  /** From `--config`; else TIDEMARK_CONFIG, else the nearest `config/` upward. */
  readonly directory?: string | undefined;
  /** From `--env`; else TIDEMARK_ENV, else BACKUP_ENVIRONMENT, else none. */
  readonly environment?: string | undefined;
  /** Where the search begins; default: the working directory of the process. */
  readonly cwd?: string;
  /** Default: the environment of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: the user's home directory. */
  readonly home?: string;
}

/**
 * Finds, reads and checks the configuration. Writes nothing.
 *
 * @throws ConfigError `CONFIG_MISSING` – no configuration directory; where it looked is in the message
 * @throws ConfigError other codes with exit 10 – every problem of every file is in `details.problems`
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const { cwd = process.cwd(), variables = process.env, home = homedir() } = options;
  const directory = await findDirectory({ directory: options.directory, variables, cwd });
  const environment = [options.environment, variables['TIDEMARK_ENV'], variables['BACKUP_ENVIRONMENT']].find((name) => name !== undefined && name !== '') ?? null;
  const reader = new TextReader(cwd);
  const texts = {
    directory: directory.real,
    home,
    environment,
    connections: await reader.one(directory.given, 'connections'),
    pipelines: await reader.all(join(directory.given, 'pipelines')),
    templates: await reader.all(join(directory.given, 'templates')),
    tables: await reader.all(join(directory.given, 'tables')),
    environments: await reader.all(join(directory.given, 'environments')),
    redshiftKeys: await reader.named(directory.given, 'redshift_keys.json'),
    envFiles: await reader.envFiles(directory, environment),
    variables,
    readSecretFile: (path: string) => readFileSync(path, 'utf8'),
  };
  if (reader.problems.length > 0) throw configError(reader.problems);
  return buildConfig(texts);
}
