import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { envOnlySetup } from '../env/env-only-setup.ts';
import { parseEnv } from '../env/parse-env.ts';
import type { SourceText } from '../problem/source-text.ts';
import type { TextReader } from './read-texts.ts';

/** A set-up without a configuration directory. */
export interface EnvOnlyTexts {
  /** Where its `.env` lies, else the working directory: relative paths start there. */
  readonly directory: string;
  readonly connections: SourceText;
  readonly pipeline: SourceText;
  readonly envFiles: readonly SourceText[];
}

/** The set-up that the nearest `.env` upward and the environment describe; null when they describe none. */
export async function findEnvOnly(reader: TextReader, cwd: string, variables: Readonly<Record<string, string | undefined>>, environment: string | null): Promise<EnvOnlyTexts | null> {
  const directory = await nearestEnv(cwd);
  const beside = { given: join(directory ?? cwd, 'config'), real: join(directory ?? cwd, 'config') };
  const envFiles = directory === null ? [] : await reader.envFiles(beside, environment);
  const files = envFiles.map((source) => parseEnv(source).values);
  const setup = envOnlySetup((name) => (variables[name] ?? files.find((file) => file.has(name))?.get(name) ?? '') !== '');
  if (setup === null) return null;
  return {
    directory: directory ?? resolve(cwd),
    connections: { path: 'connections.yml made from .env', text: setup.connections },
    pipeline: { path: 'pipelines/default.yml made from .env', text: setup.pipeline },
    envFiles,
  };
}

/** The nearest directory upward that has a `.env` file. */
async function nearestEnv(cwd: string): Promise<string | null> {
  for (let above = resolve(cwd); ; above = dirname(above)) {
    const found = await stat(join(above, '.env')).then((file) => file.isFile(), () => false);
    if (found) return above;
    if (above === dirname(above)) return null;
  }
}
