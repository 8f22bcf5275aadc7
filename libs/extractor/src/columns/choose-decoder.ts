import type { Secret, StagedColumn } from '@tidemark/domain';
import type { DecodeCell } from './column-buffer.ts';
import { decodeBoolean } from './decode-boolean.ts';
import { decodeBytes } from './decode-bytes.ts';
import { decodeDate } from './decode-date.ts';
import { decodeDecimal } from './decode-decimal.ts';
import { decodeFloat32, decodeFloat64 } from './decode-float.ts';
import { decodeInt16, decodeInt32, decodeInt64 } from './decode-integer.ts';
import { decodeTimeMicros } from './decode-time-micros.ts';
import { decodeTimestamp } from './decode-timestamp.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { hashDecoder } from './hash-text.ts';
import { maskDecoder } from './mask-text.ts';

/** The physical Parquet type that each way of decoding fills. */
const PHYSICAL = {
  int32: 'INT32', int64: 'INT64', decimal: 'FIXED_LEN_BYTE_ARRAY', float32: 'FLOAT', float64: 'DOUBLE', boolean: 'BOOLEAN',
  date: 'INT32', timestamp: 'INT64', time_micros: 'INT64', utf8: 'BYTE_ARRAY', bytes: 'BYTE_ARRAY',
} as const;

/**
 * The decoder of a column, chosen once per reading.
 * @param hashKey the key of hashed columns
 * @throws ExtractorError `EXTRACTOR_HASH_KEY` when a hashed column has no key
 * @throws TypeError for a staged column whose `decode` does not fill its Parquet type
 */
export function chooseDecoder({ source, decode, parquet, disguise }: StagedColumn, hashKey: Secret | null = null): DecodeCell {
  if (PHYSICAL[decode] !== parquet.physical) throw new TypeError(`column ${source}: ${decode} does not fill ${parquet.physical}`);
  if (disguise?.kind === 'hash') return hashDecoder(source, disguise.reads, hashKey);
  if (disguise?.kind === 'mask') return maskDecoder(disguise.rule, disguise.reads);
  switch (decode) {
    case 'int32': return 'logical' in parquet && parquet.logical === 'INT16' ? decodeInt16 : decodeInt32;
    case 'int64': return decodeInt64;
    case 'decimal': return decodeDecimal;
    case 'float32': return decodeFloat32;
    case 'float64': return decodeFloat64;
    case 'boolean': return decodeBoolean;
    case 'date': return decodeDate;
    case 'timestamp': return decodeTimestamp;
    case 'time_micros': return decodeTimeMicros;
    case 'utf8': return decodeUtf8;
    case 'bytes': return decodeBytes;
  }
}
