import { ConnectionRegistry, type ConnectionRegistryOptions } from '@tidemark/connections';

/** The versions of a source and a target. Nothing is connected to before it is asked, and nothing is left open. */
export async function versions(connections: ConnectionRegistryOptions, source: string, target: string): Promise<readonly string[]> {
  await using registry = new ConnectionRegistry(connections);
  const client = await registry.target(target).take();
  const { rows } = await client.query('SELECT version() AS version');
  await client.end();

  const pool = registry.source(source);
  const connection = await pool.take();
  const version = await new Promise<string>((resolve, reject) => connection.query('SELECT VERSION() AS version', (error, found) => (error === null ? resolve((found as { version: string }[])[0]!.version) : reject(error))));
  // Its last query ended well, so it may be kept for the next one who asks.
  pool.giveBack(connection);
  return [version, String(rows[0].version)];
}
