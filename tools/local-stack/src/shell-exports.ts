/** `export NAME='value'` lines that any POSIX shell reads back exactly. */
export function shellExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll(`'`, `'\\''`)}'\n`)
    .join('');
}
