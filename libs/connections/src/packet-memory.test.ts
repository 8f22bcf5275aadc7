import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketMemory } from './packet-memory.ts';

const LARGEST = 0xffffff;

const takeNothing = (): number => 0;

function packet(length: number, number: number): Buffer {
  const bytes = Buffer.alloc(4 + length, number & 255);
  bytes.writeUIntLE(length, 0, 3);
  return bytes;
}

/** Fills the memory as a socket would, at most so many bytes at a time, until all have come. */
function receive(memory: PacketMemory, bytes: Buffer, reads: readonly number[], afterEach: () => void = () => undefined): void {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const { room } = memory;
    const length = Math.min(reads[turn % reads.length]!, room.length, bytes.length - at);
    expect(length).toBeGreaterThan(0);
    bytes.copy(room, 0, at, at + length);
    memory.received(length);
    afterEach();
    at += length;
  }
}

const lengths = fc.array(fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 900 }) }, fc.integer({ min: 32_700, max: 32_800 }), fc.integer({ min: 65_500, max: 140_000 })), { minLength: 1, maxLength: 60 });
const reads = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 100, max: 70_000 })), { minLength: 1, maxLength: 8 });

test('all bytes come once and in order, lent or not', () => {
  fc.assert(fc.property(lengths, reads, fc.boolean(), (sizes, read, isLending) => {
    const bytes = Buffer.concat(sizes.map(packet));
    const chunks: Buffer[] = [];
    const memory = new PacketMemory((chunk) => void chunks.push(Buffer.from(chunk)));
    memory.receiver = isLending ? takeNothing : null;
    receive(memory, bytes, read);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  }));
});

test('what the receiver takes is not delivered, and the rest is, once and in order', () => {
  fc.assert(fc.property(lengths, reads, fc.integer({ min: 0, max: 40 }), (sizes, read, most) => {
    const bytes = Buffer.concat(sizes.map(packet));
    const chunks: Buffer[] = [];
    const memory = new PacketMemory((chunk) => void chunks.push(Buffer.from(chunk)));
    memory.receiver = (chunk) => {
      let at = 0;
      for (let taken = 0; at < chunk.length && taken < most; taken++) at += 4 + chunk.readUIntLE(at, 3);
      if (at > 0) chunks.push(Buffer.from(chunk.subarray(0, at)));
      return at;
    };
    receive(memory, bytes, read);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  }));
});

test('what is not lent stays what it was', () => {
  fc.assert(fc.property(lengths, reads, (sizes, read) => {
    const bytes = Buffer.concat(sizes.map(packet));
    const chunks: Buffer[] = [];
    receive(new PacketMemory((chunk) => void chunks.push(chunk)), bytes, read);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  }));
});

test('a lent chunk holds whole packets, and is untouched until the next bytes are received', () => {
  fc.assert(fc.property(lengths.map((sizes) => sizes.filter((size) => size < 32_000)), reads, (sizes, read) => {
    const bytes = Buffer.concat(sizes.map(packet));
    let last = Buffer.alloc(0);
    let copy = Buffer.alloc(0);
    const memory = new PacketMemory((chunk) => {
      let at = 0;
      while (at < chunk.length) at += 4 + chunk.readUIntLE(at, 3);
      expect(at).toBe(chunk.length);
      last = chunk as Buffer<ArrayBuffer>;
      copy = Buffer.from(chunk);
    });
    memory.receiver = takeNothing;
    receive(memory, bytes, read, () => {
      expect(last.equals(copy)).toBe(true);
      last = copy;
    });
  }));
});

test('packets of 16 MB and what follows them', () => {
  const bytes = Buffer.concat([packet(5, 1), packet(LARGEST, 2), packet(0, 3), packet(70, 4)]);
  const chunks: Buffer[] = [];
  const memory = new PacketMemory((chunk) => void chunks.push(Buffer.from(chunk)));
  memory.receiver = takeNothing;
  receive(memory, bytes, [60_000]);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  expect(chunks.at(-1)!.equals(Buffer.concat([packet(0, 3), packet(70, 4)]))).toBe(true);
});

test('a lent chunk outlives the next read also where a large packet begins behind it', () => {
  const chunks: Buffer[] = [];
  const memory = new PacketMemory((chunk) => void chunks.push(chunk));
  memory.receiver = takeNothing;
  receive(memory, Buffer.concat([packet(100, 1), packet(50_000, 2)]), [200, 60_000]);
  expect(chunks[0]!.equals(packet(100, 1))).toBe(true);
  expect(Buffer.concat(chunks.slice(1)).equals(packet(50_000, 2))).toBe(true);
});

test('the chunk before is not overwritten while a reader is still at it: the halves take turns', () => {
  const chunks: Buffer[] = [];
  const memory = new PacketMemory((chunk) => void chunks.push(chunk));
  memory.receiver = takeNothing;
  receive(memory, Buffer.concat([packet(100, 1), packet(100, 2), packet(100, 3)]), [104]);
  expect(chunks[1]!.equals(packet(100, 2))).toBe(true);
  expect(chunks[2]!.equals(packet(100, 3))).toBe(true);
  expect(chunks[0]!.equals(packet(100, 3))).toBe(true);
});

test('once closed it keeps no memory', () => {
  const chunks: Buffer[] = [];
  const memory = new PacketMemory((chunk) => void chunks.push(chunk));
  memory.receiver = takeNothing;
  receive(memory, Buffer.concat([packet(100, 1), packet(100, 2)]), [104]);
  const halves = chunks.map(({ buffer }) => buffer);
  expect(new Set(halves).size).toBe(2);
  memory.close();
  expect(halves.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
});
