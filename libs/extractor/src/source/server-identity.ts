import type { MysqlConnection } from '../ports.ts';
import { queryText } from './text-query.ts';

export interface ServerIdentity {
  /** server_uuid; where a server has none (MariaDB), its server_id and host name. */
  readonly serverId: string;
  readonly serverVersion: string;
  /** True where names are compared without regard to case (lower_case_table_names 1 or 2). */
  readonly foldsNames: boolean;
}

/** MariaDB's server_uid is not part of the identity: it is a hash of port and network card, and changes when a server moves. */
export async function readServerIdentity(connection: MysqlConnection, timeoutMs: number): Promise<ServerIdentity> {
  const rows = await queryText(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_id', 'hostname', 'version', 'lower_case_table_names')`, 'asking for the server\'s identity', timeoutMs);
  const variables = new Map(rows.map((row) => [row.Variable_name, row.Value ?? '']));
  const uuid = variables.get('server_uuid') ?? '';
  return {
    serverId: uuid === '' ? `${variables.get('server_id') ?? ''}@${variables.get('hostname') ?? ''}` : uuid,
    serverVersion: variables.get('version') ?? '',
    foldsNames: (variables.get('lower_case_table_names') ?? '0') !== '0',
  };
}
