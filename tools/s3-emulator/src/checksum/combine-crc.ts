import { CRC32C_POLYNOMIAL } from './crc32c.ts';
import { CRC64NVME_POLYNOMIAL } from './crc64nvme.ts';

/** Algorithms whose value over a whole object follows from the values over its parts. */
export type CrcAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME';

interface CrcShape {
  width: bigint;
  polynomial: bigint;
}

const SHAPES: Readonly<Record<CrcAlgorithm, CrcShape>> = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: CRC32C_POLYNOMIAL },
  CRC64NVME: { width: 64n, polynomial: CRC64NVME_POLYNOMIAL },
};

export interface CrcPart {
  /** Big-endian value, as a checksum header carries it (decoded). */
  value: Buffer;
  size: number;
}

/** The CRC of the parts' bytes one after the other, big-endian. */
export function combineCrc(algorithm: CrcAlgorithm, parts: readonly CrcPart[]): Buffer {
  const shape = SHAPES[algorithm];
  const shifts = new Map<number, bigint>();
  let crc = 0n;
  for (const { value, size } of parts) {
    const shift = shifts.get(size) ?? shiftBy(BigInt(size) * 8n, shape);
    shifts.set(size, shift);
    crc = multiply(shift, crc, shape) ^ BigInt(`0x${value.toString('hex')}`);
  }
  return Buffer.from(crc.toString(16).padStart(Number(shape.width / 4n), '0'), 'hex');
}

/** Product of two polynomials modulo the CRC's; the highest bit is the coefficient of x^0. */
function multiply(a: bigint, b: bigint, { width, polynomial }: CrcShape): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^bits modulo the polynomial. */
function shiftBy(bits: bigint, shape: CrcShape): bigint {
  let result = 1n << (shape.width - 1n);
  let power = 1n << (shape.width - 2n);
  for (let rest = bits; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(power, result, shape);
    power = multiply(power, power, shape);
  }
  return result;
}
