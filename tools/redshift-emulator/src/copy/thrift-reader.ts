const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, struct: 12 } as const;

/** Reads structs of Thrift's compact protocol as maps from field number to value. A RangeError says that bytes are missing. */
export class ThriftReader {
  offset = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readStruct(): Map<number, unknown> {
    const fields = new Map<number, unknown>();
    let id = 0;
    for (;;) {
      const header = this.#bytes.readUInt8(this.offset);
      this.offset += 1;
      if (header === 0) return fields;
      id = header >> 4 === 0 ? this.#zigzag() : id + (header >> 4);
      fields.set(id, this.#value(header & 15));
    }
  }

  #value(type: number): unknown {
    switch (type) {
      case TYPE.true: return true;
      case TYPE.false: return false;
      case TYPE.byte: this.offset += 1; return this.#bytes.readInt8(this.offset - 1);
      case TYPE.i16: case TYPE.i32: case TYPE.i64: return this.#zigzag();
      case TYPE.double: this.offset += 8; return this.#bytes.readDoubleLE(this.offset - 8);
      case TYPE.binary: return this.#binary();
      case TYPE.list: case TYPE.set: return this.#list();
      case TYPE.struct: return this.readStruct();
      default: throw new Error(`Unknown Thrift type ${type}.`);
    }
  }

  #list(): unknown[] {
    const header = this.#bytes.readUInt8(this.offset);
    this.offset += 1;
    const count = header >> 4 === 15 ? this.#varint() : header >> 4;
    return Array.from({ length: count }, () => this.#value(header & 15));
  }

  #binary(): Buffer {
    const length = this.#varint();
    if (this.offset + length > this.#bytes.length) throw new RangeError('More bytes are needed.');
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes.readUInt8(this.offset);
      this.offset += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}
