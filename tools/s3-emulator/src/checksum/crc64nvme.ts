import { makeCrcTables } from './crc-tables.ts';

/** CRC-64/NVME, reflected. */
export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

type Eight = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
const tables = makeCrcTables(CRC64NVME_POLYNOMIAL);
const [L0, L1, L2, L3, L4, L5, L6, L7] = tables.low as Eight;
const [H0, H1, H2, H3, H4, H5, H6, H7] = tables.high as Eight;

/** A running CRC-64/NVME, kept as two 32-bit halves: 64-bit integers per byte are far slower. */
export class Crc64Nvme {
  #low = -1;
  #high = -1;

  update(data: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    const wide = data.length - (data.length % 8);
    while (at < wide) {
      low ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
      high ^= data[at + 4]! | (data[at + 5]! << 8) | (data[at + 6]! << 16) | (data[at + 7]! << 24);
      const a = low & 255, b = (low >>> 8) & 255, c = (low >>> 16) & 255, d = low >>> 24;
      const e = high & 255, f = (high >>> 8) & 255, g = (high >>> 16) & 255, h = high >>> 24;
      low = L7[a]! ^ L6[b]! ^ L5[c]! ^ L4[d]! ^ L3[e]! ^ L2[f]! ^ L1[g]! ^ L0[h]!;
      high = H7[a]! ^ H6[b]! ^ H5[c]! ^ H4[d]! ^ H3[e]! ^ H2[f]! ^ H1[g]! ^ H0[h]!;
      at += 8;
    }
    for (; at < data.length; at += 1) {
      const index = (low ^ data[at]!) & 255;
      low = ((low >>> 8) | (high << 24)) ^ L0[index]!;
      high = (high >>> 8) ^ H0[index]!;
    }
    this.#low = low;
    this.#high = high;
  }

  /** @returns 8 bytes, most significant first */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.#high, 0);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes;
  }
}
