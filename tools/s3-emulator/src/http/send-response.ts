import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Response } from '../operations/operation.ts';
import type { BodyFiles } from '../store/body-files.ts';

export interface SendOptions {
  files: BodyFiles;
  /** HEAD: headers only. */
  headersOnly: boolean;
  /** Ends the body in its middle with a reset. */
  cut: boolean;
  /** Changes one byte. */
  corrupt: boolean;
}

/** Sends an answer. When it resolves, everything was handed to the connection, or the connection is gone. */
export async function sendResponse(outgoing: ServerResponse, response: S3Response, options: SendOptions): Promise<void> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers ?? {})) if (value !== undefined) headers[name] = value;
  const { body } = response;
  if (typeof body === 'object') {
    const middle = body.start + Math.floor((body.end - body.start) / 2);
    outgoing.writeHead(response.status, headers);
    if (options.headersOnly) {
      outgoing.end();
      return;
    }
    const reading = options.files.read(body.segments, body.start, options.cut ? middle : body.end);
    try {
      const pieces = options.corrupt ? flipFirstBit(reading.pieces) : reading.pieces;
      if (options.cut) await sendThenReset(outgoing, pieces);
      else await pipeline(Readable.from(pieces, { objectMode: false }), outgoing);
    } finally {
      await reading.end();
    }
    return;
  }
  if (body !== undefined) headers['content-type'] = 'application/xml';
  const text = Buffer.from(body ?? '');
  if (response.status !== 204 && response.status !== 304 && !options.headersOnly) headers['content-length'] = String(text.length);
  outgoing.writeHead(response.status, headers);
  outgoing.end(options.headersOnly ? undefined : text);
}

async function sendThenReset(outgoing: ServerResponse, pieces: AsyncIterable<Buffer>): Promise<void> {
  outgoing.flushHeaders();
  for await (const piece of pieces) await new Promise<void>((resolve) => outgoing.write(piece, () => resolve()));
  outgoing.destroy();
}

async function* flipFirstBit(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let done = false;
  for await (const piece of pieces) {
    if (!done && piece.length > 0) piece[0]! ^= 1;
    done = true;
    yield piece;
  }
}
