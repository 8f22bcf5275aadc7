import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureFault, type AccessKey } from './signature.ts';

/** A login that the stand-in gives. */
export interface GivenLogin {
  readonly username: string;
  readonly password: string;
}

export interface LoginServerOptions {
  /** Logins by cluster and user of the database. */
  readonly clusters?: Readonly<Record<string, Readonly<Record<string, GivenLogin>>>>;
  /** Logins by workgroup: who it is follows from the AWS identity. */
  readonly workgroups?: Readonly<Record<string, GivenLogin>>;
  /** Clusters and workgroups that the AWS identity may not log in to. */
  readonly denied?: readonly string[];
  /** How long a login lasts; what the request asks for when left out. */
  readonly lifeSeconds?: number;
}

/** A stand-in for GetClusterCredentials and GetCredentials on a port of this machine. */
export interface LoginServer extends AsyncDisposable {
  /** The environment in which the AWS SDK talks to it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly key: AccessKey;
  readonly region: string;
  /** What was asked for so far, and how it was answered. */
  readonly requests: readonly { readonly action: string; readonly place: string; readonly error: string | null }[];
  /** The next requests fail like this. */
  failNext(status: number, error: string, times?: number): void;
}

const REGION = 'eu-central-1';
const KEY: AccessKey = { accessKeyId: 'AKIDLOGINSTANDIN', secretAccessKey: 'stand-in/secret+key', sessionToken: 'stand-in-token' };

/** What an API refuses. */
class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status = 400) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

interface Answer {
  readonly action: string;
  readonly place: string;
  readonly write: (login: GivenLogin, expiresAt: Date) => { readonly type: string; readonly body: string };
  readonly fail: (code: string) => { readonly type: string; readonly body: string };
  readonly service: string;
  /** Checks the request and finds the login. */
  readonly login: () => GivenLogin;
  readonly seconds: number;
}

/** Starts the stand-in. It checks signatures, content types and parameters as the APIs document them, and knows no other action. */
export async function startLoginServer(options: LoginServerOptions): Promise<LoginServer> {
  const requests: { action: string; place: string; error: string | null }[] = [];
  let failures: { status: number; error: string }[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = understand(headers, body, options);
    const url = new URL(request.url ?? '/', 'http://localhost');
    let error: string | null = null;
    let status = 200;
    let reply: { type: string; body: string };
    try {
      const failure = failures.shift();
      if (failure !== undefined) throw new Refusal(failure.error, failure.status);
      const fault = signatureFault({ method: request.method ?? '', path: url.pathname, query: url.searchParams, headers, body }, KEY, { region: REGION, service: answer.service }, new Date());
      if (fault !== null) throw new Refusal(fault, 403);
      if (options.denied?.includes(answer.place) === true) throw new Refusal(answer.service === 'redshift' ? 'AccessDenied' : 'AccessDeniedException', answer.service === 'redshift' ? 403 : 400);
      const login = answer.login();
      if (!(answer.seconds >= 900 && answer.seconds <= 3600)) throw new Refusal(answer.service === 'redshift' ? 'InvalidParameterValue' : 'ValidationException');
      reply = answer.write(login, new Date(Date.now() + (options.lifeSeconds ?? answer.seconds) * 1000));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      error = refusal.code;
      status = refusal.status;
      reply = answer.fail(refusal.code);
    }
    requests.push({ action: answer.action, place: answer.place, error });
    response.writeHead(status, { 'content-type': reply.type, 'x-amzn-requestid': 'stand-in' }).end(reply.body);
  };

  const server = createServer((request, response) => void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    region: REGION,
    key: KEY,
    requests,
    variables: {
      AWS_ACCESS_KEY_ID: KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey, AWS_SESSION_TOKEN: KEY.sessionToken,
      AWS_ENDPOINT_URL_REDSHIFT: url, AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS: url, AWS_EC2_METADATA_DISABLED: 'true',
    },
    failNext: (status, error, times = 1) => {
      failures = Array.from({ length: times }, () => ({ status, error }));
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function understand(headers: Readonly<Record<string, string>>, body: string, options: LoginServerOptions): Answer {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return clusterRequest(new URLSearchParams(body), options);
  if (headers['x-amz-target'] === 'RedshiftServerless.GetCredentials' && type === 'application/x-amz-json-1.1') return workgroupRequest(JSON.parse(body) as Record<string, unknown>, options);
  throw new Error(`neither of the two APIs: ${type} ${headers['x-amz-target'] ?? ''}`);
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html: the query protocol, answers in XML. */
function clusterRequest(form: URLSearchParams, { clusters = {} }: LoginServerOptions): Answer {
  const xml = (inner: string): { type: string; body: string } => ({ type: 'text/xml', body: inner });
  const place = form.get('ClusterIdentifier') ?? '';
  return {
    action: form.get('Action') ?? '',
    place,
    service: 'redshift',
    seconds: Number(form.get('DurationSeconds') ?? 900),
    login: () => {
      if (form.get('Action') !== 'GetClusterCredentials' || form.get('Version') !== '2012-12-01') throw new Refusal('InvalidAction');
      const user = form.get('DbUser');
      if (user === null || place === '') throw new Refusal('MissingParameter');
      const users = clusters[place];
      if (users === undefined) throw new Refusal('ClusterNotFound', 404);
      // With AutoCreate AWS would make the user; without it a login to nobody is given, and refused by the cluster.
      if (form.get('AutoCreate') === 'true') throw new Refusal('UnsupportedOperation');
      return users[user] ?? { username: `IAM:${user}`, password: 'of-nobody' };
    },
    write: ({ username, password }, expiresAt) =>
      xml(`<GetClusterCredentialsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><GetClusterCredentialsResult><DbUser>${escaped(username)}</DbUser><DbPassword>${escaped(password)}</DbPassword><Expiration>${expiresAt.toISOString()}</Expiration></GetClusterCredentialsResult></GetClusterCredentialsResponse>`),
    fail: (code) => xml(`<ErrorResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error><RequestId>stand-in</RequestId></ErrorResponse>`),
  };
}

/** https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html: JSON 1.1, times as seconds since 1970. */
function workgroupRequest(wish: Record<string, unknown>, { workgroups = {} }: LoginServerOptions): Answer {
  const json = (content: object): { type: string; body: string } => ({ type: 'application/x-amz-json-1.1', body: JSON.stringify(content) });
  const place = String(wish['workgroupName'] ?? '');
  return {
    action: 'GetCredentials',
    place,
    service: 'redshift-serverless',
    seconds: Number(wish['durationSeconds'] ?? 900),
    login: () => {
      if (place === '') throw new Refusal('ValidationException');
      const login = workgroups[place];
      if (login === undefined) throw new Refusal('ResourceNotFoundException');
      return login;
    },
    write: ({ username, password }, expiresAt) => json({ dbUser: username, dbPassword: password, expiration: expiresAt.getTime() / 1000, nextRefreshTime: expiresAt.getTime() / 1000 }),
    fail: (code) => json({ __type: code, message: 'refused' }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
