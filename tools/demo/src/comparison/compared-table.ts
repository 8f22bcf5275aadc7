/** One column and the text by which it is compared. */
export interface ComparedColumn {
  readonly name: string;
  /** SQL of MySQL that gives the text expected in Redshift. */
  readonly expected: string;
  /** SQL of Redshift that gives the text of what is there. */
  readonly found: string;
}

/** A table of the source and the one of the same name in the target. */
export interface ComparedTable {
  readonly name: string;
  /** Every column of the table, in its order. */
  readonly columns: readonly ComparedColumn[];
}

/** A column whose text is the same on both servers. */
export function sameText(name: string): ComparedColumn {
  return { name, expected: name, found: name };
}

/** A column whose expected text, by the rule of its type or policy, needs an expression on one side. */
export function textBy(name: string, expected: string, found = name): ComparedColumn {
  return { name, expected, found };
}

/** DATETIME or TIMESTAMP with a fraction: MySQL writes all its digits, and Redshift is asked to. */
export function fractionText(name: string, digits: 3 | 6): ComparedColumn {
  return textBy(name, name, `TO_CHAR(${name}, 'YYYY-MM-DD HH24:MI:SS.${digits === 3 ? 'MS' : 'US'}')`);
}
