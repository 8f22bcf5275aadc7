import { Args, Flags } from '@oclif/core';
import { CliError } from '@tidemark/cli-kit';
import { nearMisses, type LoadedConfig } from '@tidemark/config';
import type { ConnectionKind } from '@tidemark/sync-engine/wiring';

export interface ChosenConnection {
  readonly kind: ConnectionKind;
  readonly name: string;
}

export const CONNECTION_ARGS = { name: Args.string({ description: 'Sources, targets or S3 configurations.', multiple: true, default: [] }) };

export const TYPE_FLAG = { type: Flags.string({ options: ['mysql', 'redshift', 's3'], summary: 'Connections of this type only.' }) };

/** Every connection of the configuration: sources, targets, S3 configurations. */
export function knownConnections(config: LoadedConfig): ChosenConnection[] {
  return ([['mysql', config.sources], ['redshift', config.targets], ['s3', config.s3Configs]] as const).flatMap(([kind, set]) => set.names.map((name) => ({ kind, name })));
}

/**
 * The connections of these names and this type; all of that type without a name. A name that a source and a target share means both.
 * @throws CliError `CLI_USAGE` for a name that is not there, with the near ones
 */
export function chooseConnections(config: LoadedConfig, names: readonly string[], type: string | undefined): ChosenConnection[] {
  const known = knownConnections(config).filter(({ kind }) => type === undefined || kind === type);
  const unknown = names.find((name) => !known.some((connection) => connection.name === name));
  if (unknown !== undefined || known.length === 0) {
    const all = known.map(({ name }) => name);
    const near = unknown === undefined ? [] : nearMisses(unknown, all);
    const what = type === undefined ? 'connection' : `connection of type ${type}`;
    throw new CliError('CLI_USAGE', {
      message: `There is no ${what}${unknown === undefined ? '' : ` ${unknown}`}${near.length === 0 ? '' : `; did you mean ${near.slice(0, 3).join(' or ')}?`}.`,
      remedy: [all.length === 0 ? 'Add one to connections.yml.' : `The connections are: ${all.join(', ')}.`],
    });
  }
  return known.filter(({ name }) => names.length === 0 || names.includes(name));
}
