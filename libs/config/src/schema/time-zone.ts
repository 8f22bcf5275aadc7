/** True for `UTC`, `server`, and the names of the IANA time zone database. */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC' || name === 'server') return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
