import type { Secret, StagedColumn } from '@tidemark/domain';
import type { DecodeCell, DecodeRun } from './column-buffer.ts';
import { decodeBoolean } from './decode-boolean.ts';
import { decodeBytes, decodeBytesRun } from './decode-bytes.ts';
import { decodeDate, decodeDateRun } from './decode-date.ts';
import { decodeDecimal, decodeDecimalRun } from './decode-decimal.ts';
import { decodeFloat32, decodeFloat32Run, decodeFloat64, decodeFloat64Run } from './decode-float.ts';
import { decodeInt16, decodeInt16Run, decodeInt32, decodeInt32Run, decodeInt64, decodeInt64Run } from './decode-integer.ts';
import { decodeEach } from './decode-each.ts';
import { decodeTimeMicros } from './decode-time-micros.ts';
import { decodeTimestamp, decodeTimestampRun } from './decode-timestamp.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { decodeUtf8Run } from './decode-utf8-run.ts';
import { hashDecoder } from './hash-text.ts';
import { maskDecoder } from './mask-text.ts';

/** The physical Parquet type that each way of decoding fills. */
const PHYSICAL = {
  int32: 'INT32', int64: 'INT64', decimal: 'FIXED_LEN_BYTE_ARRAY', float32: 'FLOAT', float64: 'DOUBLE', boolean: 'BOOLEAN',
  date: 'INT32', timestamp: 'INT64', time_micros: 'INT64', utf8: 'BYTE_ARRAY', bytes: 'BYTE_ARRAY',
} as const;

/** How a column is decoded: one cell, and the cells of neighbouring rows. */
export interface ColumnDecoder {
  readonly cell: DecodeCell;
  readonly run: DecodeRun;
}

/**
 * The decoder of a column, chosen once per reading.
 * @param hashKey the key of hashed columns
 * @throws ExtractorError `EXTRACTOR_HASH_KEY` when a hashed column has no key
 * @throws TypeError for a staged column whose `decode` does not fill its Parquet type
 */
export function chooseDecoder({ source, decode, parquet, disguise }: StagedColumn, hashKey: Secret | null = null): ColumnDecoder {
  if (PHYSICAL[decode] !== parquet.physical) throw new TypeError(`column ${source}: ${decode} does not fill ${parquet.physical}`);
  if (disguise?.kind === 'hash') return { cell: hashDecoder(source, disguise.reads, hashKey), run: decodeEach };
  if (disguise?.kind === 'mask') return { cell: maskDecoder(disguise.rule, disguise.reads), run: decodeEach };
  switch (decode) {
    case 'int32': return 'logical' in parquet && parquet.logical === 'INT16' ? { cell: decodeInt16, run: decodeInt16Run } : { cell: decodeInt32, run: decodeInt32Run };
    case 'int64': return { cell: decodeInt64, run: decodeInt64Run };
    case 'decimal': return { cell: decodeDecimal, run: decodeDecimalRun };
    case 'float32': return { cell: decodeFloat32, run: decodeFloat32Run };
    case 'float64': return { cell: decodeFloat64, run: decodeFloat64Run };
    case 'boolean': return { cell: decodeBoolean, run: decodeEach };
    case 'date': return { cell: decodeDate, run: decodeDateRun };
    case 'timestamp': return { cell: decodeTimestamp, run: decodeTimestampRun };
    case 'time_micros': return { cell: decodeTimeMicros, run: decodeEach };
    case 'utf8': return { cell: decodeUtf8, run: decodeUtf8Run };
    case 'bytes': return { cell: decodeBytes, run: decodeBytesRun };
  }
}
