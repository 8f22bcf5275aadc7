import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildConfig } from '../build-config.ts';
import type { ConfigTexts } from '../config-texts.ts';
import { ConfigError } from '../errors.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { configError } from '../problem/config-problem.ts';
import type { SourceText } from '../problem/source-text.ts';
import { findDirectory, type ConfigDirectory } from './find-directory.ts';
import { findEnvOnly } from './find-env-only.ts';
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
 * Finds, reads and checks the configuration. Writes nothing. Where no configuration directory is named and none is found, variables
 * that describe one source, one target and one bucket are a configuration too; its connections and its pipeline have the name `default`.
 *
 * @throws ConfigError `CONFIG_MISSING` – no configuration directory; where it looked is in the message
 * @throws ConfigError other codes with exit 10 – every problem of every file is in `details.problems`
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  return buildConfig((await readConfigTexts(options)).texts);
}

/** What was read, and where a change of it would show. */
export interface ReadConfig {
  readonly texts: ConfigTexts;
  readonly directory: ConfigDirectory;
}

/**
 * Finds and reads the files of a configuration, without looking into them.
 *
 * @throws ConfigError `CONFIG_MISSING`, or that a file cannot be read
 */
export async function readConfigTexts(options: LoadConfigOptions): Promise<ReadConfig> {
  const { cwd = process.cwd(), variables = process.env, home = homedir() } = options;
  const environment = [options.environment, variables['TIDEMARK_ENV'], variables['BACKUP_ENVIRONMENT']].find((name) => name !== undefined && name !== '') ?? null;
  const reader = new TextReader(cwd);
  const common = { home, environment, variables, readSecretFile: (path: string) => readFileSync(path, 'utf8') };
  const read = async (): Promise<ReadConfig> => {
    const directory = await findDirectory({ directory: options.directory, variables, cwd });
    const folder = (name: string): Promise<ReadonlyMap<string, SourceText>> => reader.all(join(directory.given, name));
    const texts = {
      ...common,
      directory: directory.real,
      connections: await reader.one(directory.given, 'connections'),
      pipelines: await folder('pipelines'),
      templates: await folder('templates'),
      tables: await folder('tables'),
      environments: await folder('environments'),
      redshiftKeys: await reader.named(directory.given, 'redshift_keys.json'),
      envFiles: await reader.envFiles(directory, environment),
    };
    return { texts, directory };
  };
  const readEnvOnly = async (cause: unknown): Promise<ReadConfig> => {
    const isNamed = (options.directory ?? variables['TIDEMARK_CONFIG'] ?? '') !== '';
    const setup = isNamed || !isMissing(cause) ? null : await findEnvOnly(reader, cwd, variables, environment);
    if (setup === null) throw cause;
    const none: ReadonlyMap<string, SourceText> = new Map();
    const texts = { ...common, directory: setup.directory, connections: setup.connections, pipelines: new Map([['default', setup.pipeline]]), templates: none, tables: none, environments: none, redshiftKeys: null, envFiles: setup.envFiles };
    const nowhere = join(setup.directory, 'config');
    return { texts, directory: { given: nowhere, real: nowhere } };
  };
  const found = await read().catch(readEnvOnly);
  if (reader.problems.length > 0) throw configError(reader.problems);
  return found;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof ConfigError && cause.code === 'CONFIG_MISSING';
}
