import type { RedshiftType } from '@tidemark/domain';

type TypeName = RedshiftType['name'];

const INTEGERS: readonly TypeName[] = ['SMALLINT', 'INTEGER', 'BIGINT'];
const NUMBERS: readonly TypeName[] = [...INTEGERS, 'DECIMAL'];
const TIMES: readonly TypeName[] = ['DATE', 'TIMESTAMP'];
const FLOATS: readonly TypeName[] = ['REAL', 'DOUBLE PRECISION'];
const ALL: readonly TypeName[] = [...NUMBERS, ...TIMES, ...FLOATS, 'BOOLEAN', 'VARCHAR', 'VARBYTE', 'SUPER'];

/** The types that each encoding takes. https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html */
export const ENCODING_TYPES: Readonly<Record<string, readonly TypeName[]>> = {
  raw: ALL,
  az64: [...NUMBERS, ...TIMES],
  bytedict: [...NUMBERS, ...TIMES, ...FLOATS, 'VARCHAR'],
  delta: [...NUMBERS, ...TIMES],
  delta32k: ['INTEGER', 'BIGINT', 'DECIMAL', ...TIMES],
  lzo: [...NUMBERS, ...TIMES, 'VARCHAR', 'VARBYTE', 'SUPER'],
  mostly8: NUMBERS,
  mostly16: ['INTEGER', 'BIGINT', 'DECIMAL'],
  mostly32: ['BIGINT', 'DECIMAL'],
  runlength: [...NUMBERS, ...TIMES, ...FLOATS, 'BOOLEAN', 'VARCHAR'],
  text255: ['VARCHAR'],
  text32k: ['VARCHAR'],
  zstd: ALL,
};
