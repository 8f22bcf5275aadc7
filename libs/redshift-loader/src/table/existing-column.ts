/** A column of an existing table, as svv_columns gives it. */
export interface ExistingColumn {
  readonly name: string;
  /** `character varying`, `numeric`, `timestamp without time zone`. */
  readonly dataType: string;
  readonly maxBytes: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
}

const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

export function existingColumn(row: Readonly<Record<string, unknown>>): ExistingColumn {
  return {
    name: String(row.column_name),
    dataType: String(row.data_type).toLowerCase(),
    maxBytes: number(row.character_maximum_length),
    precision: number(row.numeric_precision),
    scale: number(row.numeric_scale),
    isNullable: String(row.is_nullable).toUpperCase() !== 'NO',
    hasDefault: row.column_default !== null && row.column_default !== undefined,
  };
}

/** The type as people write it, for messages. */
export function existingTypeText(column: ExistingColumn): string {
  if (column.maxBytes !== null) return `${column.dataType}(${column.maxBytes})`;
  if (column.dataType === 'numeric') return `numeric(${column.precision ?? '?'},${column.scale ?? '?'})`;
  return column.dataType;
}
