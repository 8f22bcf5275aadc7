/**
 * JSON in one form only: keys sorted by UTF-16 code units, no white space, numbers and strings as JSON.stringify writes them
 * (RFC 8785). Properties that are undefined are left out.
 * @throws TypeError for values that JSON cannot hold exactly: undefined in an array, bigint, functions, symbols, numbers that are not finite
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)) {
    throw new TypeError(`A ${typeof value} that is not plain data has no canonical JSON form.`);
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
}
