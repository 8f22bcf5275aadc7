/** A table of a MySQL source: `CONNECTION:schema.table`. */
export interface TableName {
  readonly connection: string;
  readonly schema: string;
  readonly table: string;
}

/** The exact scoped name, e.g. `SHOP_RO:sales.orders`. Documents carry it and refuse another. */
export function formatTableName(name: TableName): string {
  return `${name.connection}:${name.schema}.${name.table}`;
}

/** Reads `CONNECTION:schema.table`; undefined when the text has another shape. The schema ends at the first dot. */
export function parseTableName(text: string): TableName | undefined {
  const match = /^([^:]+):([^.]+)\.(.+)$/s.exec(text);
  if (match === null) return undefined;
  const [, connection, schema, table] = match as unknown as [string, string, string, string];
  return { connection, schema, table };
}
