import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedConfig } from '@tidemark/config';
import { SHELLS, type GivenFlags, type NameKind } from './candidates.ts';

/** Names out of the configuration that the line means. Files are read and nothing else: no variable has to be set, no server is asked. */
export async function configuredNames(kind: NameKind, given: GivenFlags): Promise<readonly string[]> {
  if (kind === 'shell') return SHELLS;
  const { loadConfig } = await import('@tidemark/config/node');
  const config = await loadConfig({ directory: given['config'], environment: kind === 'environment' ? undefined : given['env'] });
  return NAMES[kind](config, given);
}

const NAMES: Readonly<Record<Exclude<NameKind, 'shell'>, (config: LoadedConfig, given: GivenFlags) => readonly string[] | Promise<readonly string[]>>> = {
  pipeline: ({ outlines }) => outlines.flatMap(({ identity, alias }) => (alias === null ? [identity] : [identity, alias])),
  table: ({ outlines }, { pipeline }) => outlines.filter(({ identity, alias }) => pipeline === undefined || pipeline === identity || pipeline === alias).flatMap(({ tables }) => tables),
  source: ({ sources }) => sources.names,
  target: ({ targets }) => targets.names,
  connection: ({ sources, targets, s3Configs }) => [...sources.names, ...targets.names, ...s3Configs.names],
  's3-config': ({ s3Configs }) => s3Configs.names,
  environment: async ({ directory }) => (await readdir(join(directory, 'environments')).catch(() => [])).flatMap((file) => /^(.+)\.ya?ml$/.exec(file)?.[1] ?? []),
};
