import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { PieceBuffer } from './piece-buffer.ts';
import { PieceMemory } from './piece-memory.ts';

const PIECE_BYTES = 1024 * 1024;

/** All pieces of these bytes, copied when they are full. */
function piecesOf(bytes: Buffer, memory: PieceMemory): Buffer[] {
  const buffer = new PieceBuffer(memory);
  const pieces: Buffer[] = [];
  const take = (): void => {
    const piece = buffer.take();
    pieces.push(Buffer.from(piece));
    memory.giveBack(piece);
  };
  for (let at = 0; at < bytes.length; ) {
    at = buffer.fill(bytes, at);
    if (buffer.isFull) take();
  }
  take();
  return pieces;
}

test('pieces hold the bytes in order, whatever lay in their memory before', () => {
  const memory = new PieceMemory(PIECE_BYTES, 2);
  for (const length of [2.5 * PIECE_BYTES, 10, 300_000, PIECE_BYTES, 0, 3 * PIECE_BYTES + 1]) {
    const bytes = randomBytes(length);
    const pieces = piecesOf(bytes, memory);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.slice(0, -1).every((piece) => piece.length === PIECE_BYTES)).toBe(true);
  }
});

test('a piece on its way keeps its memory until it is given back', () => {
  const memory = new PieceMemory(PIECE_BYTES, 2);
  const buffer = new PieceBuffer(memory);
  buffer.fill(Buffer.alloc(PIECE_BYTES, 'a'), 0);
  const onItsWay = buffer.take();
  buffer.fill(Buffer.alloc(PIECE_BYTES, 'b'), 0);
  const next = buffer.take();
  expect(onItsWay.buffer).not.toBe(next.buffer);
  expect(onItsWay.every((byte) => byte === 0x61)).toBe(true);
  memory.giveBack(onItsWay);
  expect(memory.take()!.buffer).toBe(onItsWay.buffer);
  expect(memory.take()).toBeNull();
});

test('no more memory is kept than allowed, none of another size, and none after the end', () => {
  const memory = new PieceMemory(PIECE_BYTES, 1);
  memory.giveBack(Buffer.alloc(256 * 1024));
  expect(memory.take()).toBeNull();
  memory.giveBack(Buffer.alloc(PIECE_BYTES));
  memory.giveBack(Buffer.alloc(PIECE_BYTES));
  expect(memory.take()).not.toBeNull();
  expect(memory.take()).toBeNull();
  memory.giveBack(Buffer.alloc(PIECE_BYTES));
  memory.clear();
  expect(memory.take()).toBeNull();
  memory.giveBack(Buffer.alloc(PIECE_BYTES));
  expect(memory.take()).toBeNull();
});

test('memory that is given back twice is refused', () => {
  const memory = new PieceMemory(PIECE_BYTES, 3);
  const piece = Buffer.alloc(PIECE_BYTES);
  memory.giveBack(piece);
  expect(() => memory.giveBack(piece.subarray(0, 10))).toThrow('the memory of a piece was given back twice');
});
