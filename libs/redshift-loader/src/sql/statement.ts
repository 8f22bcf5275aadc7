/** A statement with the values that are bound to it. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}
