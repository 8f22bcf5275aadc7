import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeRowPackets } from './row-packets.ts';

function packet(sequenceId: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequenceId;
  return Buffer.concat([header, payload]);
}

function taken(chunk: Buffer, sequenceId: number): { rows: string[]; byteLength: number; sequenceId: number } {
  const rows: string[] = [];
  return { ...takeRowPackets(chunk, sequenceId, (wire, start, end) => void rows.push(wire.toString('latin1', start, end))), rows };
}

const ROW = packet(7, Buffer.from('\x01a'));

test('rows are taken with their payloads and numbers, which begin anew behind 255', () => {
  fc.assert(fc.property(fc.array(fc.string({ minLength: 1, maxLength: 300 }).map((text) => `\x02${text}`), { maxLength: 600 }), fc.integer({ min: 0, max: 255 }), (payloads, first) => {
    const chunk = Buffer.concat(payloads.map((payload, index) => packet((first + index) & 255, Buffer.from(payload))));
    expect(taken(chunk, first)).toEqual({ rows: payloads.map((payload) => Buffer.from(payload).toString('latin1')), byteLength: chunk.length, sequenceId: (first + payloads.length) & 255 });
  }), { numRuns: 50 });
});

describe('what is no row ends the taking', () => {
  test.each([
    ['the end of the result', packet(8, Buffer.from([0xfe, 0, 0, 2, 0]))],
    ['an error', packet(8, Buffer.from([0xff, 0x15, 0x04]))],
    ['a row whose first cell has 16 MB', packet(8, Buffer.concat([Buffer.from([0xfe, 0, 0, 0, 1, 0, 0, 0, 0]), Buffer.from('xyz')]))],
    ['another number, as that of a large packet’s last part', packet(9, Buffer.from('\x01a'))],
    ['an empty packet, as the last part of one that is as long as can be', packet(8, Buffer.alloc(0))],
  ])('%s', (_name, other) => {
    expect(taken(Buffer.concat([ROW, other, packet(9, Buffer.from('\x01b'))]), 7)).toEqual({ rows: ['\x01a'], byteLength: ROW.length, sequenceId: 8 });
  });

  test('a packet that is not whole', () => {
    const next = packet(8, Buffer.from('\x01a'));
    for (let length = 0; length < next.length; length++) expect(taken(Buffer.concat([ROW, next.subarray(0, length)]), 7)).toEqual({ rows: ['\x01a'], byteLength: ROW.length, sequenceId: 8 });
  });
});
