import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureFault, type AccessKey } from './signature.ts';

/** What the stand-in keeps. */
export interface KeptSecrets {
  /** Of Secrets Manager: text, bytes, or one that is about to be deleted. */
  readonly secrets?: Readonly<Record<string, string | Uint8Array | 'marked-for-deletion'>>;
  /** Of the Parameter Store, as SecureString. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Names that the key may not read. */
  readonly denied?: readonly string[];
}

/** One request that came, without its credentials. */
export interface SeenRequest {
  readonly target: string;
  readonly id: string;
  readonly error: string | null;
}

export interface SecretServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Variables that make the AWS SDK talk to this server. */
  readonly variables: Readonly<Record<string, string>>;
  /** The next answers, instead of the right ones: an HTTP status and an AWS error name. */
  failNext(status: number, error: string, times?: number): void;
}

const KEY: AccessKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret-access-key', sessionToken: 'example-session-token' };
const REGION = 'eu-central-1';

/**
 * A stand-in for AWS Secrets Manager and the SSM Parameter Store on a free port of this machine. It speaks their JSON protocol, checks
 * signatures and refuses what they refuse.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export async function startSecretServer(kept: KeptSecrets): Promise<SecretServer> {
  const requests: SeenRequest[] = [];
  const failures: { readonly status: number; readonly error: string }[] = [];
  const server: Server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const target = headers['x-amz-target'] ?? '';
    const { status, content, id } = failures.length > 0 ? refused(failures[0]!.status, failures.shift()!.error) : judge({ method: request.method ?? '', path: request.url ?? '', headers, body }, target);
    requests.push({ target, id, error: status === 200 ? null : String(content['__type']) });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': `request-${requests.length}` }).end(JSON.stringify(content));
  }

  function judge(request: { method: string; path: string; headers: Readonly<Record<string, string>>; body: string }, target: string): Judged {
    const service = target.startsWith('secretsmanager.') ? 'secretsmanager' : 'ssm';
    if (request.method !== 'POST' || request.path !== '/') return refused(404, 'UnknownOperationException');
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1') return refused(404, 'UnknownOperationException');
    const fault = signatureFault(request, KEY, { region: REGION, service }, new Date());
    if (fault !== null) return refused(fault === 'ExpiredTokenException' || fault === 'UnrecognizedClientException' || fault === 'InvalidSignatureException' ? 400 : 403, fault);
    const input = JSON.parse(request.body) as Readonly<Record<string, unknown>>;
    if (target === 'secretsmanager.GetSecretValue') return secretValue(input);
    if (target === 'AmazonSSM.GetParameter') return parameter(input);
    return refused(400, 'UnknownOperationException');
  }

  function secretValue({ SecretId: id }: Readonly<Record<string, unknown>>): Judged {
    if (typeof id !== 'string' || id === '' || id.length > 2048) return refused(400, 'ValidationException');
    const name = id.startsWith('arn:') ? (id.split(':')[6] ?? '') : id;
    if (kept.denied?.includes(name)) return refused(400, 'AccessDeniedException', id);
    const value = kept.secrets?.[name];
    if (value === undefined) return refused(400, 'ResourceNotFoundException', id);
    if (value === 'marked-for-deletion') return refused(400, 'InvalidRequestException', id);
    const content = typeof value === 'string' ? { SecretString: value } : { SecretBinary: Buffer.from(value).toString('base64') };
    return { status: 200, id, content: { ARN: `arn:aws:secretsmanager:${REGION}:123456789012:secret:${name}`, Name: name, VersionId: 'a1b2c3d4-5678-90ab-cdef-example11111', VersionStages: ['AWSCURRENT'], CreatedDate: 1_700_000_000, ...content } };
  }

  function parameter({ Name: id, WithDecryption: isDecrypted }: Readonly<Record<string, unknown>>): Judged {
    if (typeof id !== 'string' || id === '' || id.length > 2048) return refused(400, 'ValidationException');
    if (kept.denied?.includes(id)) return refused(400, 'AccessDeniedException', id);
    const value = kept.parameters?.[id];
    if (value === undefined) return refused(400, 'ParameterNotFound', id);
    // Without decryption a SecureString comes as its ciphertext.
    const shown = isDecrypted === true ? value : `AQICAHh${Buffer.from(value).reverse().toString('base64')}`;
    return { status: 200, id, content: { Parameter: { Name: id, Type: 'SecureString', Value: shown, Version: 1, DataType: 'text' } } };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    variables: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url, AWS_ENDPOINT_URL_SSM: url, AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey, AWS_SESSION_TOKEN: KEY.sessionToken!,
    },
    failNext: (status, error, times = 1) => failures.push(...Array.from({ length: times }, () => ({ status, error }))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Judged {
  readonly status: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly id: string;
}

function refused(status: number, error: string, id = ''): Judged {
  return { status, id, content: { __type: error, message: `the request was refused with ${error}` } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
