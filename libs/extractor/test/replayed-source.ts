import type { ConnectionSource } from '../src/ports.ts';
import type { RecordedTable } from './recording.ts';
import { scriptedServer } from './scripted-server.ts';

/** Connections to a server that answers as the recorded one did, byte for byte; a query that was not recorded is refused. */
export async function replayedSource({ answers }: RecordedTable): Promise<ConnectionSource & AsyncDisposable> {
  const left = new Map<string, Buffer[]>();
  for (const { sql, bytes } of answers) left.set(sql, [...(left.get(sql) ?? []), Buffer.from(bytes, 'base64')]);
  const server = await scriptedServer((wire, sql) => {
    const recorded = left.get(sql);
    if (recorded === undefined) wire.error(1064, `not recorded: ${sql}`);
    else wire.socket.write(recorded.length > 1 ? recorded.shift()! : recorded[0]!);
  });
  return { openConnection: () => server.connect(), killQuery: () => Promise.resolve(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
