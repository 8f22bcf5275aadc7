import { closedMap } from './annotations.ts';
import { BUCKET, DURATION, HOST, KEY_PREFIX, NAME_PATTERN, PORT, REDSHIFT_NAME, SECRET, TEXT } from './leaves.ts';

const TLS_MODE = { type: 'string', enum: ['disabled', 'preferred', 'required', 'verify-ca', 'verify-full'] } as const;
const CA_FILE = { ...TEXT, title: 'a path', description: 'PEM file with the certificate authorities to trust.' } as const;

const SSH_HOST = {
  host: { ...HOST, description: 'The ssh server.' },
  port: { ...PORT, default: 22 },
  username: TEXT,
  private_key_path: { ...TEXT, title: 'a path' },
  passphrase: { ...SECRET, description: 'Of the private key.' },
  password: SECRET,
  agent: { type: 'boolean', default: false, description: 'Use the agent at SSH_AUTH_SOCK.' },
  known_hosts_path: { ...TEXT, title: 'a path', description: 'Default: ~/.ssh/known_hosts.' },
  host_key_sha256: { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}$', title: 'a fingerprint as ssh-keygen -l prints it: SHA256: and 43 characters', description: 'The fingerprint of the host key, instead of known_hosts_path.' },
} as const;

export const JUMP_SCHEMA = closedMap(SSH_HOST, 'A server on the way. known_hosts_path is that of ssh_tunnel where it says none.');

export const TUNNEL_SCHEMA = closedMap({
  enabled: { type: 'boolean', default: true },
  ...SSH_HOST,
  local_port: { type: 'integer', minimum: 0, maximum: 65_535, default: 0, description: '0: any free port.' },
  keepalive_seconds: { type: 'integer', minimum: 1, maximum: 3600, default: 15, description: 'A session from which nothing came for this long is dead.' },
  jump: { type: 'array', items: JUMP_SCHEMA, minItems: 1, title: 'a list of ssh servers, at least one', description: 'Servers to pass before this one, in their order.' },
}, 'An ssh server through which the database is reached.');

const POOL_SCHEMA = closedMap({
  min_connections: { type: 'integer', minimum: 0, maximum: 100, default: 1, description: 'Connections that stay open between two uses.' },
  max_connections: { type: 'integer', minimum: 1, maximum: 100, default: 5, description: 'Connections at the same time; who needs another one waits.' },
  retry_attempts: { type: 'integer', minimum: 1, maximum: 20, default: 3, description: 'Tries to connect, with a growing pause between them. A refused login is not tried again.' },
});

const REGION = { type: 'string', pattern: '^[a-z0-9-]+$', title: 'a region such as eu-central-1' } as const;

export const SOURCE_SCHEMA = closedMap({
  host: { ...HOST, description: 'The MySQL or MariaDB server.' },
  port: { ...PORT, default: 3306 },
  database: TEXT,
  username: TEXT,
  password: SECRET,
  cursor_time_zone: { type: 'string', format: 'time-zone', title: 'UTC or an IANA name such as Europe/Berlin', default: 'UTC', description: 'The zone in which DATETIME cursors were written.' },
  tls: closedMap({ mode: { ...TLS_MODE, default: 'preferred' }, ca_file: CA_FILE }),
  ssh_tunnel: TUNNEL_SCHEMA,
  connection_pool: POOL_SCHEMA,
  auth: { type: 'string', enum: ['password', 'iam'], default: 'password', description: 'iam: a token of RDS instead of a password, by the default AWS credential chain.' },
  region: { ...REGION, description: 'Where the RDS instance is; for auth: iam.' },
});

const ROLE = 'arn:aws[a-z-]*:iam::[0-9]{12}:role/[^,\\s]+';

export const TARGET_SCHEMA = closedMap({
  host: { ...HOST, description: 'The Redshift endpoint.' },
  port: { ...PORT, default: 5439 },
  database: TEXT,
  schema: { ...REDSHIFT_NAME, default: 'public' },
  work_schema: { ...REDSHIFT_NAME, description: 'Where the load ledger lives; the schema when it is not given.' },
  username: TEXT,
  password: SECRET,
  tls: closedMap({ mode: { ...TLS_MODE, default: 'verify-full' }, ca_file: CA_FILE }),
  ssh_tunnel: TUNNEL_SCHEMA,
  connection_pool: POOL_SCHEMA,
  auth: { type: 'string', enum: ['password', 'iam', 'iam_serverless'], default: 'password', description: 'iam, iam_serverless: temporary credentials of a cluster or a workgroup, by the default AWS credential chain.' },
  region: { ...REGION, description: 'Where the cluster or the workgroup is; for auth: iam and iam_serverless.' },
  cluster_identifier: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,62}$', title: 'the name of a cluster', description: 'For auth: iam.' },
  workgroup_name: { type: 'string', pattern: '^[a-z0-9-]{3,64}$', title: 'the name of a workgroup', description: 'For auth: iam_serverless.' },
  iam_role: { type: 'string', pattern: `^(default|${ROLE}(,${ROLE})*)$`, title: 'default, an IAM role ARN, or several joined by commas', description: 'The role with which COPY reads S3; without it the keys of the S3 configuration.' },
  query_group: TEXT,
});

const bytes = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum }) as const;

/** Limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const PERFORMANCE_SCHEMA = closedMap({
  multipart_threshold: { ...bytes(0, 5_368_709_120), description: 'Objects up to this many bytes are sent in one request, and held in memory until then; multipart_chunksize when it is not given.' },
  multipart_chunksize: { ...bytes(5_242_880, 536_870_912), default: 8_388_608, description: 'Bytes of one piece of an upload. An upload holds max_concurrency + 1 of them in memory.' },
  max_concurrency: { type: 'integer', minimum: 1, maximum: 100, default: 3, description: 'Pieces of one upload on their way at once.' },
  max_pool_connections: { type: 'integer', minimum: 1, maximum: 1000, default: 20, description: 'Connections to S3 at once.' },
  retry_max_attempts: { type: 'integer', minimum: 1, maximum: 20, default: 5, description: 'Requests in all, the first included.' },
  retry_mode: { type: 'string', enum: ['standard', 'adaptive'], default: 'standard', description: 'adaptive: requests wait for each other after S3 asked to slow down.' },
}, 'How objects are sent to S3.');

export const S3_SCHEMA = closedMap({
  bucket_name: BUCKET,
  region: REGION,
  endpoint: { type: 'string', pattern: '^https?://[^/@\\s]+/?$', title: 'an address such as https://s3.example.com', description: 'Another S3 endpoint than that of AWS.' },
  force_path_style: { type: 'boolean', default: false },
  access_key_id: { ...TEXT, description: 'Without it the default AWS credential chain is used.' },
  secret_access_key: SECRET,
  session_token: SECRET,
  incremental_path: { ...KEY_PREFIX, default: 'incremental/', description: 'Where data files go.' },
  watermark_path: { ...KEY_PREFIX, default: 'watermark/', description: 'Where state goes.' },
  performance: PERFORMANCE_SCHEMA,
});

const named = <const S extends object>(schema: S) => ({ type: 'object', propertyNames: { pattern: NAME_PATTERN }, additionalProperties: schema }) as const;

export const CONNECTION_SETS_SCHEMA = closedMap({ sources: named(SOURCE_SCHEMA), targets: named(TARGET_SCHEMA) });
export const S3_SETS_SCHEMA = named(S3_SCHEMA);

export const LEASE_SCHEMA = closedMap({
  ttl: { ...DURATION, default: '60s', description: 'How long a run owns a table without a sign of life; at least 5s.' },
  heartbeat: { ...DURATION, default: '15s', description: 'How often a run gives a sign of life; at most a third of ttl.' },
  wait: { ...DURATION, default: '0s', description: 'How long a run waits for a table that another run owns.' },
});

/** connections.yml */
export const CONNECTIONS_FILE_SCHEMA = closedMap({
  connections: CONNECTION_SETS_SCHEMA,
  s3_configs: S3_SETS_SCHEMA,
  lease: LEASE_SCHEMA,
  env_allow: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', title: 'the beginning of a variable name' }, uniqueItems: true, title: 'a list of prefixes', description: 'More prefixes of variables that ${…} may read.' },
}, 'Sources, targets and S3 configurations.');
