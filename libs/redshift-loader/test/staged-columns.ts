import type { StagedColumn } from '@tidemark/domain';

const base = { source: '', sourceType: '', select: '', policies: {} } as const;

export const idColumn: StagedColumn = { ...base, source: 'id', name: 'id', sourceType: 'bigint', select: '`id`', decode: 'int64', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' } };
export const codeColumn: StagedColumn = { ...base, source: 'code', name: 'code', sourceType: 'varchar(10)', select: '`code`', decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: 40 }, maxBytes: 40 };
export const noteColumn: StagedColumn = { ...codeColumn, source: 'note', name: 'note', sourceType: 'text', select: '`note`', redshift: { name: 'VARCHAR', bytes: 200 }, maxBytes: 200 };
export const updatedColumn: StagedColumn = { ...base, source: 'updated_at', name: 'updated_at', sourceType: 'datetime(6)', select: '`updated_at`', decode: 'timestamp', parquet: { physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, redshift: { name: 'TIMESTAMP' } };
export const revisionColumn: StagedColumn = { ...base, source: 'revision', name: 'revision', sourceType: 'int', select: '`revision`', decode: 'int32', parquet: { physical: 'INT32', logical: 'INT32' }, redshift: { name: 'INTEGER' } };
export const amountColumn: StagedColumn = { ...base, source: 'amount', name: 'amount', sourceType: 'decimal(12,2)', select: '`amount`', decode: 'decimal', parquet: { physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength: 6, precision: 12, scale: 2 }, redshift: { name: 'DECIMAL', precision: 12, scale: 2 } };
/** JSON text on the way, SUPER in the target. */
export const detailsColumn: StagedColumn = { ...noteColumn, source: 'details', name: 'details', sourceType: 'json', select: '`details`', target: { redshift: { name: 'SUPER' }, by: 'json_parse' } };
