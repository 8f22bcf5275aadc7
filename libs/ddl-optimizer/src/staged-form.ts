import type { DecodeKind, ParquetType, RedshiftType, SourceColumn, TargetColumn } from '@tidemark/domain';
import { decimalBytes } from './decimal-length.ts';

/** The widest VARCHAR, in bytes. https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html */
export const MAX_VARCHAR_BYTES = 65_535;

/** Two hex digits per byte: the longest even number of them that a VARCHAR holds. */
const MAX_HEX_BYTES = MAX_VARCHAR_BYTES - 1;

export type AppliedPolicy = 'zeroDate' | 'oversizeString' | 'oversizeBinary' | 'invalidUtf8' | 'nulByte';

/** The types that a column gets on its way. */
export interface StagedTypes {
  readonly parquet: ParquetType;
  readonly redshift: RedshiftType;
  readonly target?: TargetColumn;
  readonly maxBytes?: number;
}

/** How one source type travels: read, decoded, written and stored. */
export interface StagedForm {
  /** `{c}` stands for the quoted column. */
  readonly select: string;
  readonly decode: DecodeKind;
  /** For the rendered type map. */
  readonly parquetLabel: string;
  /** For the rendered type map. */
  readonly redshiftLabel: string;
  readonly types: (column: SourceColumn) => StagedTypes;
  /** The value policies that can be called upon. */
  readonly policies: readonly AppliedPolicy[];
  /** True when the source type holds values that the staged type cannot. */
  readonly canOverflow: (column: SourceColumn) => boolean;
}

const never = (): boolean => false;

function fixed(decode: DecodeKind, parquet: ParquetType, redshift: RedshiftType, policies: readonly AppliedPolicy[] = []): StagedForm {
  const parquetLabel = 'logical' in parquet ? `${parquet.physical} ${parquet.logical}` : parquet.physical;
  return { select: '{c}', decode, parquetLabel, redshiftLabel: redshift.name, types: () => ({ parquet, redshift }), policies, canOverflow: never };
}

export const int16 = fixed('int32', { physical: 'INT32', logical: 'INT16' }, { name: 'SMALLINT' });
export const int32 = fixed('int32', { physical: 'INT32', logical: 'INT32' }, { name: 'INTEGER' });
export const int64 = fixed('int64', { physical: 'INT64', logical: 'INT64' }, { name: 'BIGINT' });
export const bool = fixed('boolean', { physical: 'BOOLEAN' }, { name: 'BOOLEAN' });
export const float32 = fixed('float32', { physical: 'FLOAT' }, { name: 'REAL' });
export const float64 = fixed('float64', { physical: 'DOUBLE' }, { name: 'DOUBLE PRECISION' });
export const date = fixed('date', { physical: 'INT32', logical: 'DATE' }, { name: 'DATE' }, ['zeroDate']);
export const timestamp = fixed('timestamp', { physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, { name: 'TIMESTAMP' }, ['zeroDate']);
export const timeMicros = fixed('time_micros', { physical: 'INT64', logical: 'INT64' }, { name: 'BIGINT' });

/** The same form, read through another SQL expression. */
export function reading(select: string, form: StagedForm): StagedForm {
  return { ...form, select };
}

/** A decimal in the fixed length that its precision needs. */
export function decimal(label: string, digits: (column: SourceColumn) => { readonly precision: number; readonly scale: number }, canOverflow: StagedForm['canOverflow'] = never): StagedForm {
  return {
    select: '{c}',
    decode: 'decimal',
    parquetLabel: `FIXED_LEN_BYTE_ARRAY ${label}`,
    redshiftLabel: label,
    types: (column) => {
      const { precision, scale } = digits(column);
      return {
        parquet: { physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength: decimalBytes(precision), precision, scale },
        redshift: { name: 'DECIMAL', precision, scale },
      };
    },
    policies: [],
    canOverflow,
  };
}

function varchar(decode: DecodeKind, label: string, bytesNeeded: (column: SourceColumn) => number, longest: number, policies: readonly AppliedPolicy[]): StagedForm {
  return {
    select: '{c}',
    decode,
    parquetLabel: 'BYTE_ARRAY STRING',
    redshiftLabel: `VARCHAR(${label})`,
    types: (column) => {
      const needed = Math.max(1, bytesNeeded(column));
      return {
        parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' },
        redshift: { name: 'VARCHAR', bytes: Math.min(needed, MAX_VARCHAR_BYTES) },
        maxBytes: Math.min(needed, longest),
      };
    },
    policies,
    canOverflow: (column) => bytesNeeded(column) > longest,
  };
}

/** Text of a character column. `bytesNeeded` is the longest value in bytes of UTF-8; Infinity when there is no end. */
export function text(label: string, bytesNeeded: (column: SourceColumn) => number): StagedForm {
  return varchar('utf8', label, bytesNeeded, MAX_VARCHAR_BYTES, ['oversizeString', 'invalidUtf8', 'nulByte']);
}

/**
 * JSON text that the load parses: a text in a Parquet file arrives in SUPER as a text and is never parsed, so it is staged as VARCHAR.
 * https://docs.aws.amazon.com/redshift/latest/dg/super-configurations.html
 */
export const superJson: StagedForm = {
  ...text('65535', () => Infinity),
  redshiftLabel: 'SUPER',
  types: () => ({ parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: MAX_VARCHAR_BYTES }, target: { redshift: { name: 'SUPER' }, by: 'json_parse' }, maxBytes: MAX_VARCHAR_BYTES }),
};

/** https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html */
const MAX_VARBYTE_BYTES = 16_777_216;
/** The width of VARBYTE without a length: COPY from Parquet was seen to take that form where it refused another. */
const PLAIN_VARBYTE_BYTES = 64_000;

/** Bytes as they are. The staging table has them in a plain VARBYTE where that is wide enough. */
export function varbyte(label: string, bytes: (column: SourceColumn) => number): StagedForm {
  return {
    select: '{c}',
    decode: 'bytes',
    parquetLabel: 'BYTE_ARRAY',
    redshiftLabel: `VARBYTE(${label})`,
    types: (column) => {
      const width = Math.min(Math.max(1, bytes(column)), MAX_VARBYTE_BYTES);
      return {
        parquet: { physical: 'BYTE_ARRAY', logical: 'NONE' },
        redshift: { name: 'VARBYTE', bytes: Math.max(width, PLAIN_VARBYTE_BYTES) },
        ...(width < PLAIN_VARBYTE_BYTES ? { target: { redshift: { name: 'VARBYTE', bytes: width }, by: 'cast' } as const } : {}),
        maxBytes: width,
      };
    },
    policies: ['oversizeBinary'],
    canOverflow: (column) => bytes(column) > MAX_VARBYTE_BYTES,
  };
}

/** ASCII text that the server makes and whose length is known: no policy can be needed. */
export function plainText(label: string, bytesNeeded: (column: SourceColumn) => number): StagedForm {
  return varchar('utf8', label, bytesNeeded, MAX_VARCHAR_BYTES, []);
}

/**
 * Hex digits of bytes. They are ASCII, so they are taken over as they come, and a value is too long by whole bytes only.
 * @param select gives the bytes
 */
export function hex(label: string, bytes: (column: SourceColumn) => number, select = '{c}'): StagedForm {
  return reading(`HEX(${select})`, varchar('bytes', label, (column) => 2 * bytes(column), MAX_HEX_BYTES, ['oversizeBinary']));
}
