import type { PolicyName } from '@tidemark/domain';

/** The choices under which generated tables are planned, one set per table. */
export interface GeneratedPolicies {
  readonly zeroDate: 'to_null' | 'sentinel';
  readonly oversize: 'truncate' | 'to_null';
  readonly tinyint1: 'smallint' | 'boolean';
  readonly bit1: 'boolean' | 'smallint';
  readonly time: 'varchar' | 'bigint_micros';
  readonly geometry: 'hex_wkb' | 'wkt';
}

/** What the Parquet file must hold for one value; `policies` are those that changed it. */
export interface ExpectedCell {
  readonly text: string | null;
  readonly policies: readonly PolicyName[];
}

/** A column of a generated table, with one SQL literal per row. */
export interface GeneratedColumn {
  readonly name: string;
  readonly ddl: string;
  readonly literals: readonly string[];
  /** What the server is asked for. */
  readonly ask: (quoted: string) => string;
  /** The server's answer (latin1 where it is bytes) as the value in the file, by hand. */
  readonly expect: (answer: string, policies: GeneratedPolicies) => ExpectedCell;
  /** The text that DuckDB gives for the value, brought into the form of `expect`. */
  readonly found: (text: string) => string;
}

export const exactly = (text: string | null): ExpectedCell => ({ text, policies: [] });
