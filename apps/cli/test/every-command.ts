import type { Command } from '@oclif/core';
import { COMMANDS as S3CLEAN_COMMANDS } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK_COMMANDS } from '@tidemark/plugin-watermark/every-command';
import { COMMANDS } from '../src/index.ts';

/** Every command of the program by its id, those of its plugins too. */
export const EVERY_COMMAND: Readonly<Record<string, Command.Class>> = { ...COMMANDS, ...WATERMARK_COMMANDS, ...S3CLEAN_COMMANDS };

/** What a flag gets, where its name says what it is. */
const VALUES: Readonly<Record<string, string>> = { pipeline: 'shop_pipeline', table: 'sales.orders', connection: 'SHOP_RO', source: 'SHOP_RO', target: 'dw', timestamp: '2026-01-01 00:00:00', id: '1', count: '1', from: '2026-01-01 00:00:00', to: '2026-01-02 00:00:00', limit: '1' };
/** Flags that let a command go on where it would ask. */
const ASSENTS: readonly string[] = ['yes', 'all', 'live', 'force'];
/** Flags that are given although they need not be. */
const WANTED: readonly string[] = ['pipeline', 'table'];
/** What a command takes that its flags do not say. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'sync:connections': ['-s', 'SHOP_RO', '-r', 'dw', '-t', 'sales.orders'], 'config:explain': ['password'], 'config:import': ['.', '--to', 'imported', '--dry-run'], 'config:setup': ['--dry-run'],
};

/** A command line with which a command does as much as it can. A command that is new is covered without being named here. */
export function fullCommandLine(id: string, command: Command.Class): readonly string[] {
  const words = id.split(':');
  if (MORE[id] !== undefined) return [...words, ...MORE[id]];
  const flags = Object.entries(command.flags ?? {});
  const given = flags.flatMap(([name, flag]) => {
    if (flag.type === 'boolean') return ASSENTS.includes(name) ? [`--${name}`] : [];
    return flag.required === true || WANTED.includes(name) ? [`--${name}`, flag.options?.[0] ?? VALUES[name] ?? '1'] : [];
  });
  const hasPipeline = flags.some(([name]) => name === 'pipeline');
  const args = Object.entries(command.args ?? {}).filter(([, arg]) => arg.required === true || !hasPipeline).map(([name]) => VALUES[name] ?? 'SHOP_RO');
  return [...words, ...args, ...given];
}
