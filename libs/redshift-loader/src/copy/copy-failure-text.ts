/** What Redshift's text about a failed COPY names. */
export interface NamedInText {
  readonly file: string | null;
  readonly column: string | null;
}

const FILE_PATTERNS = [/File name: (\S+)/, /File '([^']+)'/, /(s3:\/\/\S+?\.parquet)/];
const COLUMN_PATTERNS = [/for column 's3:\/\/[^']*\.([^'.]+)'/, /data column (\S+) is longer/, /column '([^']+)' has an? invalid/, /column 's3:\/\/[^']*\.([^'.]+)'/, /NULL value into column (\S+)/];

function firstMatch(text: string, patterns: readonly RegExp[]): string | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found.replace(/[,.;]+$/, '');
  }
  return null;
}

/**
 * Finds file and column in Redshift's own words; null where they are not to be found.
 * https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-troubleshooting.html
 */
export function namedInText(text: string): NamedInText {
  return { file: firstMatch(text, FILE_PATTERNS), column: firstMatch(text, COLUMN_PATTERNS) };
}
