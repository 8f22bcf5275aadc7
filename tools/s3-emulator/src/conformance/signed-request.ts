import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ConformanceTarget } from './conformance-target.ts';
import { Sha256 } from './sha256.ts';

export interface PlainRequest {
  method: string;
  /** Encoded path, with the bucket. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

interface Signing {
  /** For another time than now. */
  signingDate?: Date;
}

/** Sends a request with a signed Authorization header, for what the SDK never sends. */
export async function sendSigned(target: ConformanceTarget, request: PlainRequest, { signingDate }: Signing = {}): Promise<Response> {
  const body = request.body ?? '';
  const headers = { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'), ...request.headers };
  const signed = await signer(target).sign(httpRequest(target, { ...request, headers }), { signingDate });
  const { host: _host, ...sent } = signed.headers;
  return fetch(address(target, request), { method: request.method, headers: sent, body: request.body });
}

/** Makes a presigned URL. */
export async function presign(target: ConformanceTarget, request: PlainRequest, { signingDate, expiresIn = 300 }: Signing & { expiresIn?: number } = {}): Promise<string> {
  const withPayload = { ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
  const signed = await signer(target).presign(httpRequest(target, withPayload), {
    signingDate,
    expiresIn,
    unhoistableHeaders: new Set(['x-amz-content-sha256']),
    unsignableHeaders: new Set(['x-amz-content-sha256']),
  });
  const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&');
  return `${target.url}${request.path}?${query}`;
}

function signer(target: ConformanceTarget): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region: target.region,
    credentials: { accessKeyId: target.accessKeyId, secretAccessKey: target.secretAccessKey },
    uriEscapePath: false,
    applyChecksum: false,
    sha256: Sha256,
  });
}

function httpRequest(target: ConformanceTarget, request: PlainRequest): Parameters<SignatureV4['presign']>[0] {
  const url = new URL(target.url);
  return {
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    path: request.path,
    query: request.query ?? {},
    headers: { host: url.host, ...request.headers },
    body: request.body,
  };
}

function address(target: ConformanceTarget, { path, query }: PlainRequest): string {
  const text = Object.entries(query ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return `${target.url}${path}${text === '' ? '' : `?${text}`}`;
}
