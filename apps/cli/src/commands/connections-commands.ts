import type { Command } from '@oclif/core';
import { ConnectionsHealth } from './connections-health.ts';
import { ConnectionsInfo } from './connections-info.ts';
import { ConnectionsList } from './connections-list.ts';
import { ConnectionsTest } from './connections-test.ts';

/** The connections group. */
export const CONNECTIONS_COMMANDS: Readonly<Record<string, Command.Class>> = {
  'connections:health': ConnectionsHealth as unknown as Command.Class,
  'connections:info': ConnectionsInfo as unknown as Command.Class,
  'connections:list': ConnectionsList as unknown as Command.Class,
  'connections:test': ConnectionsTest as unknown as Command.Class,
};
