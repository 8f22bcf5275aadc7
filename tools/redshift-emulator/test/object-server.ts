import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test's object server holds and saw. */
export interface ObjectServer {
  readonly endpoint: string;
  /** `bucket/key` → bytes. */
  readonly objects: Map<string, Buffer>;
  /** Authorization headers of the requests. */
  readonly authorizations: string[];
  stop(): Promise<void>;
}

const errorXml = (code: string, message: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

/** Serves objects and listings over HTTP; it knows two access keys and does not check signatures. */
export async function startObjectServer(accessKeys: readonly string[]): Promise<ObjectServer> {
  const objects = new Map<string, Buffer>();
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const path = decodeURIComponent(url.pathname.slice(1));
    const authorization = request.headers.authorization ?? '';
    authorizations.push(authorization);
    if (!accessKeys.some((key) => authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${key}/`) && /Signature=[0-9a-f]{64}$/.test(authorization))) {
      response.writeHead(403).end(errorXml('AccessDenied', 'Access Denied'));
      return;
    }
    if (url.searchParams.get('list-type') === '2') {
      const prefix = url.searchParams.get('prefix') ?? '';
      const entries = [...objects].filter(([name]) => name.startsWith(`${path}/${prefix}`)).sort(([a], [b]) => (a < b ? -1 : 1));
      response.end(`<ListBucketResult>${entries.map(([name, bytes]) => `<Contents><Key>${name.slice(path.length + 1)}</Key><Size>${bytes.length}</Size></Contents>`).join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`);
      return;
    }
    const bytes = objects.get(path);
    if (bytes === undefined) response.writeHead(404).end(errorXml('NoSuchKey', 'The specified key does not exist.'));
    else response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects, authorizations,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
