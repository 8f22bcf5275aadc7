import type { ParquetType } from '@tidemark/domain';
import type { ParquetColumn } from '../values/parquet-column.ts';
import {
  ConvertedType, DateType, DecimalType, FieldRepetitionType, IntType, LogicalType, MicroSeconds, SchemaElement, StringType, TimestampType, TimeUnit, Type,
} from './parquet-library.ts';

interface Annotation {
  readonly logicalType?: LogicalType;
  readonly converted_type?: ConvertedType;
}

/**
 * A column's element in the footer's schema: optional, with its logical type, and with the older converted type where
 * both say the same. The converted TIMESTAMP_MICROS would say "adjusted to UTC", so a wall-clock timestamp has none.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export function schemaElement(column: ParquetColumn): SchemaElement {
  const { name, parquet: type } = column;
  return new SchemaElement({
    name,
    type: Type[type.physical],
    repetition_type: FieldRepetitionType.OPTIONAL,
    ...(type.physical === 'FIXED_LEN_BYTE_ARRAY' ? { type_length: type.typeLength, precision: type.precision, scale: type.scale } : {}),
    ...annotation(type),
  });
}

function annotation(type: ParquetType): Annotation {
  if (type.physical === 'FIXED_LEN_BYTE_ARRAY') {
    return { logicalType: new LogicalType({ DECIMAL: new DecimalType({ precision: type.precision, scale: type.scale }) }), converted_type: ConvertedType.DECIMAL };
  }
  if (!('logical' in type)) return {};
  switch (type.logical) {
    case 'INT16':
      return { logicalType: new LogicalType({ INTEGER: new IntType({ bitWidth: 16, isSigned: true }) }), converted_type: ConvertedType.INT_16 };
    case 'DATE':
      return { logicalType: new LogicalType({ DATE: new DateType() }), converted_type: ConvertedType.DATE };
    case 'TIMESTAMP_MICROS':
      return { logicalType: new LogicalType({ TIMESTAMP: new TimestampType({ isAdjustedToUTC: false, unit: new TimeUnit({ MICROS: new MicroSeconds() }) }) }) };
    case 'STRING':
      return { logicalType: new LogicalType({ STRING: new StringType() }), converted_type: ConvertedType.UTF8 };
    case 'INT32':
    case 'INT64':
    case 'NONE':
      return {};
  }
}
