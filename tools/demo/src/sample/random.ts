/** The seed of the sample source: the same seed makes the same rows, times of the day of the run excepted. */
const SEED = 20_240_229;

/**
 * SQL for a whole number in [0, below) that depends on the seed, a name and the row's `seq` only.
 * The number is the same on every server and in whatever order the rows are made.
 */
export function random(name: string, below: number): string {
  return `(CRC32(CONCAT('${SEED}:${name}:', seq)) % ${below})`;
}

/** SQL that picks one of the SQL expressions by the row's `seq`. */
export function pick(name: string, choices: readonly string[]): string {
  return `CASE ${random(name, choices.length)} ${choices.map((choice, index) => `WHEN ${index} THEN ${choice}`).join(' ')} END`;
}
