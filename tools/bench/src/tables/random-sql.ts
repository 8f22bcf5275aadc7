/** Changes every value of every table. */
const SEED = 20_260_131;

/** A 32-bit number that looks random and is the same in every run. `salt` tells the draws of a row apart. */
export function draw(salt: string): string {
  return `CAST(CRC32(CONCAT_WS(':', ${SEED}, '${salt}', seq)) AS SIGNED)`;
}

/** A number from 0 up to, not including, `below`; at most 2^32. */
export function drawBelow(below: number, salt: string): string {
  return `(${draw(salt)} % ${below})`;
}

/** One of these texts, each as likely as the others. */
export function drawOne(texts: readonly string[], salt: string): string {
  return `ELT(1 + ${drawBelow(texts.length, salt)}, ${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')})`;
}

/** The value, or NULL in `percent` of the rows. */
export function sometimesNull(percent: number, salt: string, value: string): string {
  return `IF(${drawBelow(100, `${salt} null`)} < ${percent}, NULL, ${value})`;
}

const WORDS = ['amber', 'basin', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbour', 'inlet', 'jetty', 'kelp', 'lagoon', 'marsh', 'north', 'ocean', 'pier'];

/** Words with blanks between them. */
export function drawWords(count: number, salt: string): string {
  return `CONCAT_WS(' ', ${Array.from({ length: count }, (_unused, index) => drawOne(WORDS, `${salt} ${index}`)).join(', ')})`;
}
