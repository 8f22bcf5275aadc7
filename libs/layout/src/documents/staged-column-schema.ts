import type { DecodeKind, Disguise, ParquetType, PolicyCount, PolicyName, RedshiftType, StagedColumn, TargetColumn, ValuePolicies } from '@tidemark/domain';
import { count, literalsOf, name, objectOf, positive, text, type JsonSchema } from './json-schema.ts';

const decode = literalsOf<DecodeKind>({ int32: true, int64: true, decimal: true, float32: true, float64: true, boolean: true, date: true, timestamp: true, time_micros: true, utf8: true, bytes: true });

const physical = literalsOf<ParquetType['physical']>({ BOOLEAN: true, INT32: true, INT64: true, FLOAT: true, DOUBLE: true, BYTE_ARRAY: true, FIXED_LEN_BYTE_ARRAY: true });

const parquet: JsonSchema = {
  type: 'object',
  properties: { physical, logical: text, typeLength: positive, precision: positive, scale: count },
  required: ['physical'],
  allOf: [
    { if: { properties: { physical: { enum: ['INT32', 'INT64', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'] } } }, then: { required: ['logical'] } },
    { if: { properties: { physical: { const: 'FIXED_LEN_BYTE_ARRAY' } } }, then: { required: ['typeLength', 'precision', 'scale'] } },
  ],
};

const redshift: JsonSchema = {
  type: 'object',
  properties: {
    name: literalsOf<RedshiftType['name']>({ SMALLINT: true, INTEGER: true, BIGINT: true, REAL: true, 'DOUBLE PRECISION': true, BOOLEAN: true, DATE: true, TIMESTAMP: true, SUPER: true, DECIMAL: true, VARCHAR: true, VARBYTE: true }),
    precision: positive,
    scale: count,
    bytes: positive,
  },
  required: ['name'],
  allOf: [
    { if: { properties: { name: { const: 'DECIMAL' } } }, then: { required: ['precision', 'scale'] } },
    { if: { properties: { name: { enum: ['VARCHAR', 'VARBYTE'] } } }, then: { required: ['bytes'] } },
  ],
};

const target = objectOf<TargetColumn>({ redshift, by: literalsOf<TargetColumn['by']>({ cast: true, json_parse: true }) });

const policies = objectOf<ValuePolicies>({ zeroDate: text, oversize: text, invalidUtf8: text, nulByte: text }, ['zeroDate', 'oversize', 'invalidUtf8', 'nulByte']);

/** The rule of a mask is read by nobody after the batch was staged, and stays open. */
const disguise = objectOf<{ kind: Disguise['kind']; reads: DecodeKind }>({ kind: literalsOf<Disguise['kind']>({ hash: true, mask: true }), reads: decode });

/** One column as it was when the batch was staged. */
export const stagedColumnSchema: JsonSchema = objectOf<StagedColumn>({ source: name, name, sourceType: text, select: text, decode, parquet, redshift, target, maxBytes: count, policies, disguise }, ['target', 'maxBytes', 'disguise']);

/** How often a policy changed values of a column. */
export const policyCountSchema: JsonSchema = objectOf<PolicyCount>({
  column: name,
  policy: literalsOf<PolicyName>({ zero_date: true, oversize_string: true, oversize_binary: true, invalid_utf8: true, nul_byte: true }),
  action: name,
  count,
});
