import type { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { DriverPacket } from './driver-parts.ts';
import { packetQuery, type PacketHandler } from './packet-query.ts';

/** A query whose packets and events are given by hand; what its handler was told, in order. */
function observed(): { readonly query: ReturnType<typeof packetQuery> & EventEmitter; readonly told: string[] } {
  const told: string[] = [];
  const handler: PacketHandler = {
    onFields: () => void told.push('fields'),
    onRow: () => void told.push('row'),
    onEnd: () => void told.push('end'),
    onFailure: (error) => void told.push(`failure: ${(error as Error).message}`),
  };
  return { query: packetQuery('SELECT 1', handler) as ReturnType<typeof packetQuery> & EventEmitter, told };
}

const packetOf = (...bytes: number[]): DriverPacket => ({ buffer: Buffer.from(bytes), offset: 0, end: bytes.length }) as DriverPacket;

test('I9: the end of a command is the end of a result only after its EOF packet', () => {
  const whole = observed();
  whole.query.emit('fields', []);
  whole.query.row(packetOf(1, 49));
  whole.query.row(packetOf(0xfe, 0, 0, 2, 0));
  whole.query.emit('end');
  expect(whole.told).toEqual(['fields', 'row', 'end']);

  const cut = observed();
  cut.query.emit('fields', []);
  cut.query.row(packetOf(1, 49));
  cut.query.emit('end');
  expect(cut.told).toEqual(['fields', 'row', 'failure: the end of the command before the end of the result']);
});

test('I9: an end that follows an error ends nothing, and nothing is told twice', () => {
  const { query, told } = observed();
  query.emit('fields', []);
  query.emit('error', new Error('killed'));
  query.row(packetOf(1, 49));
  query.row(packetOf(0xfe, 0, 0, 2, 0));
  query.emit('error', new Error('killed again'));
  query.emit('end');
  expect(told).toEqual(['fields', 'failure: killed']);
});

test('a row whose first cell has more than 16 MB begins as an EOF packet does, and is a row', () => {
  const { query, told } = observed();
  query.emit('fields', []);
  query.row(packetOf(0xfe, 1, 0, 0, 1, 0, 0, 0, 0, 120));
  query.row(packetOf(0xfe, 0, 0, 2, 0));
  query.emit('end');
  expect(told).toEqual(['fields', 'row', 'end']);
});
