/** The parts of a URL that names a server for tests, such as `mysql://admin:secret@db.example.com:3306/?ca=/path`. */
export interface TestUrl {
  readonly protocol: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly username: string;
  readonly password: string;
  /** Path without its first slash. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/**
 * Reads a server's URL from the environment.
 *
 * @returns undefined when the variable is unset or empty
 * @throws Error when it is set and is no URL of one of the protocols; the value itself is not in the message
 */
export function readTestUrl(variable: string, protocols: readonly string[], env: NodeJS.ProcessEnv = process.env): TestUrl | undefined {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url?.protocol.slice(0, -1) ?? '';
  if (url === undefined || !protocols.includes(protocol)) {
    throw new Error(`${variable} is not a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`);
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? undefined : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    path: decodeURIComponent(url.pathname.slice(1)),
    parameters: url.searchParams,
  };
}
