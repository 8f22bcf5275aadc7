/** The module of an encoding thread: a part writer for each port that it is given. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { StreamingPartWriter } from '../parts/streaming-part-writer.ts';
import type { ByteSink } from '../ports.ts';
import type { RowRange } from '../values/row-range.ts';
import { GivenMemory } from './given-memory.ts';
import { PortCalls } from './port-calls.ts';
import type { ThreadedOptions } from './threaded-part-writer.ts';

parentPort!.on('message', ({ port, options }: { readonly port: MessagePort; readonly options: ThreadedOptions }) => {
  const calls: PortCalls = new PortCalls(port, {
    write: (rows: RowRange) => writer.write(rows),
    finish: () => writer.finish(),
  });
  const writer: StreamingPartWriter = new StreamingPartWriter({ ...options, keyOf: String, openSink: (part) => openSink(calls, Number(part)) });
  // The other side has given up the uploads already.
  port.on('close', () => void writer.abort());
});

/** A sink whose bytes go to the thread that opened the writer. */
async function openSink(calls: PortCalls, part: number): Promise<ByteSink> {
  await calls.call('open', part);
  return {
    write: async (chunk) => {
      const memory = new GivenMemory();
      await calls.call('write', { part, chunk: memory.give(chunk) }, memory.list);
    },
    close: () => calls.call('close', part) as ReturnType<ByteSink['close']>,
    abort: () => Promise.resolve(),
  };
}
