/** How the text of a value on the wire becomes bytes of a column. */
export type DecodeKind =
  /** Digits to a 32-bit integer. */
  | 'int32'
  /** Digits to a 64-bit integer. */
  | 'int64'
  /** Digits with a point to a big-endian two's complement of the Parquet type's fixed length. */
  | 'decimal'
  | 'float32'
  | 'float64'
  /** `0` or `1`; anything else cannot be represented. */
  | 'boolean'
  /** `YYYY-MM-DD` to days since 1970-01-01. */
  | 'date'
  /** `YYYY-MM-DD hh:mm:ss[.ffffff]` to microseconds since 1970-01-01 00:00:00, wall clock. */
  | 'timestamp'
  /** `[-]hhh:mm:ss[.ffffff]` to signed microseconds. */
  | 'time_micros'
  /** Bytes that must be UTF-8. */
  | 'utf8'
  /** Bytes as they are. */
  | 'bytes';

/** The Parquet type of a staged column; every column is optional in the file. */
export type ParquetType =
  | { readonly physical: 'BOOLEAN' }
  | { readonly physical: 'INT32'; readonly logical: 'INT16' | 'INT32' | 'DATE' }
  | { readonly physical: 'INT64'; readonly logical: 'INT64' | 'TIMESTAMP_MICROS' }
  | { readonly physical: 'FLOAT' }
  | { readonly physical: 'DOUBLE' }
  | { readonly physical: 'BYTE_ARRAY'; readonly logical: 'STRING' | 'NONE' }
  | { readonly physical: 'FIXED_LEN_BYTE_ARRAY'; readonly logical: 'DECIMAL'; readonly typeLength: number; readonly precision: number; readonly scale: number };

/** A Redshift column type with every length spelled out. */
export type RedshiftType =
  | { readonly name: 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'REAL' | 'DOUBLE PRECISION' | 'BOOLEAN' | 'DATE' | 'TIMESTAMP' | 'SUPER' }
  | { readonly name: 'DECIMAL'; readonly precision: number; readonly scale: number }
  /** Length in bytes of UTF-8. */
  | { readonly name: 'VARCHAR'; readonly bytes: number }
  | { readonly name: 'VARBYTE'; readonly bytes: number };

/** What happens to a value that the staged type cannot hold. `fail` is always the default; `quarantine` sets the row aside where that is allowed. */
export interface ValuePolicies {
  /** Zero and partly zero dates; `sentinel` writes 0001-01-01. */
  readonly zeroDate?: 'fail' | 'to_null' | 'sentinel';
  /** Text or bytes longer than `maxBytes`. */
  readonly oversize?: 'fail' | 'truncate' | 'to_null' | 'quarantine';
  readonly invalidUtf8?: 'fail' | 'replace' | 'quarantine';
  readonly nulByte?: 'fail' | 'strip';
}

/** What a mask leaves of a text. `null` leaves nothing: such a column is not read at all. */
export type MaskRule = { readonly keep: 'first' | 'last'; readonly characters: number } | { readonly keep: 'domain' | 'nothing' | 'null' };

/**
 * How every value of a column is disguised while it is decoded; NULL stays NULL. `reads` says how the server's text would be decoded without it.
 * `hash` is HMAC-SHA256 of that text in 64 hex digits.
 */
export type Disguise = { readonly kind: 'hash'; readonly reads: DecodeKind } | { readonly kind: 'mask'; readonly reads: DecodeKind; readonly rule: MaskRule };

/** The name under which a policy that changed a value is counted. */
export type PolicyName = 'zero_date' | 'oversize_string' | 'oversize_binary' | 'invalid_utf8' | 'nul_byte';

export interface PolicyCount {
  /** Source column. */
  readonly column: string;
  readonly policy: PolicyName;
  /** The choice that was applied, e.g. `to_null`. */
  readonly action: string;
  readonly count: number;
}

/**
 * The target's column, where it has another type than the staging table's: COPY fills the one, INSERT turns it into the other.
 * `cast` is between types that both hold the value exactly; `json_parse` makes SUPER of JSON text, which COPY would leave a string.
 */
export interface TargetColumn {
  readonly redshift: RedshiftType;
  readonly by: 'cast' | 'json_parse';
}

/**
 * One column on its way: the same object drives the SELECT, the decoder, the Parquet file and the staging table.
 * Plain JSON: it is frozen into manifests.
 */
export interface StagedColumn {
  /** Name in MySQL. */
  readonly source: string;
  /** Name in the Parquet file, the staging table and the target: lower case, folded, renamed by rule. */
  readonly name: string;
  /** COLUMN_TYPE at the source when it was planned. */
  readonly sourceType: string;
  /** SQL expression that reads it, identifiers quoted, e.g. "`price`" or "`ratio` * 1E0". */
  readonly select: string;
  readonly decode: DecodeKind;
  readonly parquet: ParquetType;
  /** The staging table's type; also the target's, unless `target` says otherwise. */
  readonly redshift: RedshiftType;
  readonly target?: TargetColumn;
  /** Longest value in bytes for `utf8` and `bytes`. */
  readonly maxBytes?: number;
  readonly policies: ValuePolicies;
  readonly disguise?: Disguise;
}
