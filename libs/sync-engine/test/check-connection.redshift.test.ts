import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConfig, type LoadedConfig } from '@tidemark/config';
import { silentLogger } from '@tidemark/domain';
import { mysqlForTests, redshiftForTests, sshForTests, type MysqlForTests, type RedshiftForTests, type SshForTests } from '@tidemark/testkit';
import { checkConnection, type ConnectionKind, type ConnectionReport } from '../src/wiring/index.ts';

let mysql: MysqlForTests;
let redshift: RedshiftForTests;
let ssh: SshForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
  redshift = await redshiftForTests();
  ssh = await sshForTests({ forwardTo: [mysql, redshift] });
});
afterAll(async () => {
  await ssh[Symbol.asyncDispose]();
  await redshift[Symbol.asyncDispose]();
  await mysql[Symbol.asyncDispose]();
});

/** A configuration with one source and one target, with changes to them. */
function configured(kind: ConnectionKind, changes: object): LoadedConfig {
  const source = (path: string, content: object) => ({ path, text: JSON.stringify(content) });
  const connections = {
    connections: {
      sources: { SHOP_RO: { host: mysql.host, port: mysql.port, database: mysql.database, username: mysql.reader.username, password: mysql.reader.password, connection_pool: { retry_attempts: 1 }, ...(kind === 'mysql' ? changes : {}) } },
      targets: { dw: { host: redshift.host, port: redshift.port, database: redshift.database, schema: redshift.schema, work_schema: redshift.workSchema, username: redshift.loader.username, password: redshift.loader.password, tls: { mode: 'required' }, ...(kind === 'redshift' ? changes : {}) } },
    },
    s3_configs: { s3: { bucket_name: 'unused', region: 'eu-central-1' } },
  };
  return buildConfig({
    directory: '/nowhere', home: '/nowhere', environment: null, connections: source('config/connections.yml', connections), pipelines: new Map(), templates: new Map(), tables: new Map(), environments: new Map(),
    envFiles: [], variables: {}, redshiftKeys: null, readSecretFile: () => '',
  });
}

const check = (kind: ConnectionKind, changes: object = {}): Promise<ConnectionReport> => checkConnection(configured(kind, changes), kind, kind === 'mysql' ? 'SHOP_RO' : 'dw', silentLogger);
const steps = ({ steps: all }: ConnectionReport): string[] => all.map(({ name }) => name);
const tunnel = () => ({ host: ssh.host, port: ssh.port, username: ssh.username, private_key_path: ssh.privateKeyPath, known_hosts_path: ssh.knownHostsPath });

describe('a connection that works', () => {
  test('a source, with what its rights leave out', async () => {
    const report = await check('mysql');
    expect(report).toMatchObject({ error: null, findings: [{ code: 'SERVER_NOT_VERIFIED', severity: 'info' }, { code: 'SOURCE_NO_PROCESS', severity: 'info' }, { code: 'SOURCE_NO_REPLICATION_CLIENT' }] });
    expect(steps(report)).toEqual(['configuration', 'connection', 'tls', 'login', 'version', 'clock', 'read only', 'rights']);
  });

  test('a source whose user may do too much', async () => {
    expect(await check('mysql', { username: mysql.admin.username, password: mysql.admin.password })).toMatchObject({ error: null, findings: expect.arrayContaining([expect.objectContaining({ code: 'SOURCE_MAY_WRITE', severity: 'warning' })]) });
  });

  test('a target, through a tunnel', async () => {
    const report = await check('redshift', { ssh_tunnel: tunnel() });
    expect(report).toMatchObject({ error: null, findings: [{ code: 'SERVER_NOT_VERIFIED' }] });
    expect(steps(report)).toEqual(['configuration', 'tunnel', 'connection', 'tls', 'login', 'version', 'clock', 'rights']);
  });
});

test('a target whose user lacks rights: each with its statement', async () => {
  const { username, password } = redshift.stranger;
  const { findings, error } = await check('redshift', { username, password });
  expect(error).toBeNull();
  const rights = findings.filter(({ severity }) => severity === 'error');
  expect(rights.map(({ code }) => code)).toEqual(expect.arrayContaining(['TARGET_NO_RIGHT', 'TARGET_NO_RIGHT']));
  expect(rights.flatMap(({ remedy }) => remedy)).toEqual(expect.arrayContaining([redshift.schema, redshift.workSchema].map((schema) => `GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${username}";`)));
});

test('a schema that is not there', async () => {
  expect(await check('redshift', { work_schema: 'nowhere' })).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ code: 'TARGET_NO_SCHEMA', severity: 'error' })]) });
});

describe('how far a connection got that fails', () => {
  test.each<readonly [string, ConnectionKind, () => object, string, readonly string[]]>([
    ['nobody listens', 'mysql', () => ({ port: 1 }), 'SOURCE_UNREACHABLE', ['configuration']],
    ['no such name', 'mysql', () => ({ host: 'mysql.invalid' }), 'SOURCE_UNREACHABLE', ['configuration']],
    ['a certificate that is not trusted', 'mysql', () => ({ tls: { mode: 'verify-full' } }), 'SOURCE_TLS', ['configuration', 'connection']],
    ['a wrong password', 'mysql', () => ({ password: 'wrong-horse' }), 'SOURCE_LOGIN_REFUSED', ['configuration', 'connection', 'tls']],
    ['a wrong password', 'redshift', () => ({ password: 'wrong-horse' }), 'TARGET_LOGIN_REFUSED', ['configuration', 'connection', 'tls']],
    ['a tunnel that is refused', 'mysql', () => ({ ssh_tunnel: { ...tunnel(), username: 'nobody-here' } }), 'TUNNEL_LOGIN_REFUSED', ['configuration']],
    ['a tunnel that may not lead there', 'redshift', () => ({ ssh_tunnel: tunnel(), port: 2 }), 'TUNNEL_FORWARD_REFUSED', ['configuration', 'tunnel']],
  ])('%s: %s', async (_name, kind, changes, code, reached) => {
    const report = await check(kind, changes());
    expect(report.error).toMatchObject({ code, remedy: [expect.any(String)] });
    expect(steps(report)).toEqual(reached);
    expect(JSON.stringify(report)).not.toContain('wrong-horse');
  });
});
