/** The text of one file with the path by which messages call it. */
export interface SourceText {
  /** As messages show it. */
  readonly path: string;
  readonly text: string;
}

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly source: SourceText;
  readonly line: number;
  readonly column: number;
  /** Characters that belong to it on its line, at least 1. */
  readonly length: number;
}
