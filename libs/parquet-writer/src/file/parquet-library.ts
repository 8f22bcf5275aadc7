/**
 * What is used of @dsnp/parquetjs: the schema, the thrift types and the envelope.
 *
 * The package has no `exports` field, so its modules are named one by one; its main module would also load its reader
 * and an S3 client. `parquet-library.test.ts` says what broke when the package changes.
 */
import type * as Thrift from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';
import thrift from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';

export { ParquetSchema } from '@dsnp/parquetjs/dist/lib/schema.js';
export { ParquetEnvelopeWriter } from '@dsnp/parquetjs/dist/lib/writer.js';
export {
  ColumnChunk,
  ColumnMetaData,
  ColumnOrder,
  DataPageHeader,
  DateType,
  DecimalType,
  DictionaryPageHeader,
  FileMetaData,
  IntType,
  LogicalType,
  MicroSeconds,
  PageHeader,
  RowGroup,
  SchemaElement,
  Statistics,
  StringType,
  TimestampType,
  TimeUnit,
  TypeDefinedOrder,
} from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';

// The enums are properties of the module's object only: Node cannot name them as exports.
export const { CompressionCodec, ConvertedType, Encoding, FieldRepetitionType, PageType, Type } = thrift;
export type CompressionCodec = Thrift.CompressionCodec;
export type ConvertedType = Thrift.ConvertedType;
export type Encoding = Thrift.Encoding;
