import { type MariadbServer, startMariadb } from './mariadb.ts';
import { type RedshiftServer, allowLoading, startRedshift } from './redshift.ts';
import { type S3Server, startS3 } from './s3.ts';
import { type SshdServer, startSshd } from './sshd.ts';
import { BUCKET, SOURCE_DATABASE, TARGET_DATABASE, TARGET_SCHEMA, TUNNEL_SCHEMA, WORK_SCHEMA } from './stack-names.ts';

export interface StackOptions {
  /** TCP ports on 127.0.0.1; free ones when left out. */
  readonly ports?: { readonly mysql?: number; readonly redshift?: number; readonly s3?: number; readonly ssh?: number };
}

/** All servers of one machine-local warehouse: MariaDB → S3 → Redshift, and an ssh server in front of both databases. */
export interface Stack extends AsyncDisposable {
  readonly mariadb: MariadbServer;
  readonly s3: S3Server;
  readonly redshift: RedshiftServer;
  readonly sshd: SshdServer;
  /** The bucket that exists. */
  readonly bucket: string;
  /** What `.env` holds: the passwords and keys that the configuration names. */
  secrets(): Record<string, string>;
  /** What a shell exports: the secrets, and `TEST_…_URL` of each server, with which the tests use this stack. */
  environment(): Record<string, string>;
}

/**
 * Starts all servers. When it resolves, the source database, the bucket, the target's schemas and a loader with the least rights exist.
 * Disposing it ends them all.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { ports = {} } = options;
  await using started = new AsyncDisposableStack();
  const [mariadb, s3] = await Promise.all([
    startMariadb(portOption(ports.mysql)).then((server) => started.use(server)),
    startS3({ buckets: [BUCKET], ...portOption(ports.s3) }).then((server) => started.use(server)),
  ]);
  const redshift = started.use(await startRedshift({ s3, database: TARGET_DATABASE, ...portOption(ports.redshift) }));
  const sshd = started.use(await startSshd({ forwardTo: [mariadb, redshift], ...portOption(ports.ssh) }));
  await prepareDatabases(mariadb, redshift);
  const servers = started.move();

  const secrets = (): Record<string, string> => ({
    DB_SHOP_RO_PASSWORD: mariadb.reader.password,
    REDSHIFT_LOADER_PASSWORD: redshift.loader.password,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
  return {
    mariadb,
    s3,
    redshift,
    sshd,
    bucket: BUCKET,
    secrets,
    environment: () => ({ ...secrets(), ...testUrls({ mariadb, s3, redshift, sshd }) }),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

function portOption(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}

async function prepareDatabases(mariadb: MariadbServer, redshift: RedshiftServer): Promise<void> {
  await using source = await mariadb.connect();
  await source.run(`CREATE DATABASE ${SOURCE_DATABASE} CHARACTER SET utf8mb4`);
  await using target = await redshift.connect();
  await allowLoading(target, redshift.loader, [TARGET_SCHEMA, TUNNEL_SCHEMA, WORK_SCHEMA]);
}

function testUrls({ mariadb, s3, redshift, sshd }: Pick<Stack, 'mariadb' | 's3' | 'redshift' | 'sshd'>): Record<string, string> {
  const s3Keys = `${encodeURIComponent(s3.accessKeyId)}:${encodeURIComponent(s3.secretAccessKey)}`;
  const keyFiles = new URLSearchParams({ key: sshd.privateKeyPath, known_hosts: sshd.knownHostsPath });
  const redshiftUsers = new URLSearchParams({
    loader: redshift.loader.username,
    loader_password: redshift.loader.password,
    stranger: redshift.stranger.username,
    stranger_password: redshift.stranger.password,
    iam_role: redshift.iamRole,
  });
  return {
    TEST_MYSQL_URL: mariadb.url,
    TEST_S3_URL: `http://${s3Keys}@127.0.0.1:${s3.port}/${BUCKET}?region=${s3.region}`,
    TEST_REDSHIFT_URL: `${redshift.url}?${redshiftUsers.toString()}`,
    TEST_SSH_URL: `ssh://${sshd.username}@${sshd.host}:${sshd.port}/?${keyFiles.toString()}`,
  };
}
