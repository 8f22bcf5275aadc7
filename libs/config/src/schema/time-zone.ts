/** True for `UTC` and the names of the IANA time zone database. A server's own zone is no choice: its name may be an abbreviation that several zones share. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
