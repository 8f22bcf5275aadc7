import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BUCKET, SOURCE_DATABASE, TARGET_DATABASE, TARGET_SCHEMA, TUNNEL_SCHEMA, WORK_SCHEMA } from './stack-names.ts';
import type { Stack } from './stack.ts';

const comment = (text: string): string => `# ${text}\n`;

/**
 * Writes a `config/` for the running stack, and `.env` (mode 0600) and the servers' certificates beside it.
 *
 * @param folder such as `.stack`; files of an earlier stack are replaced
 * @returns the path of the configuration folder
 */
export async function writeStackConfig(stack: Stack, folder: string): Promise<string> {
  const config = join(folder, 'config');
  const files: Record<string, string> = {
    'connections.yml': connections(stack),
    'pipelines/shop_pipeline.yml': PIPELINE,
    'environments/tunnel.yml': TUNNEL_ENVIRONMENT,
    'templates/standard_fact_table.yml': FACT_TEMPLATE,
    'templates/dimension_table.yml': DIMENSION_TEMPLATE,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(config, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  await writeFile(join(folder, 'mariadb-ca.pem'), stack.mariadb.tlsCaPem);
  await writeFile(join(folder, 'redshift-ca.pem'), stack.redshift.tlsCaPem);
  const secrets = join(folder, '.env');
  await writeFile(secrets, Object.entries(stack.secrets()).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
  // The mode above counts for a new file only.
  await chmod(secrets, 0o600);
  return config;
}

function connections({ mariadb, redshift, s3, sshd }: Stack): string {
  const source = (name: string, tunnel: string): string => `    ${name}:
      host: ${mariadb.host}
      port: ${mariadb.port}
      database: ${SOURCE_DATABASE}
      username: ${mariadb.reader.username}
      password: "\${DB_SHOP_RO_PASSWORD}"
      cursor_time_zone: UTC
      tls: { mode: verify-full, ca_file: ../mariadb-ca.pem }
${tunnel}`;
  const tunnel = `      ssh_tunnel:
        host: ${sshd.host}
        port: ${sshd.port}
        username: ${sshd.username}
        private_key_path: ${sshd.privateKeyPath}
        known_hosts_path: ${sshd.knownHostsPath}
`;
  return `${comment('The servers of the local stack. SHOP_RO_TUNNEL is the same database through the ssh server.')}connections:
  sources:
${source('SHOP_RO', '')}${source('SHOP_RO_TUNNEL', tunnel)}  targets:
    dw:
      host: ${redshift.host}
      port: ${redshift.port}
      database: ${TARGET_DATABASE}
      schema: ${TARGET_SCHEMA}
      work_schema: ${WORK_SCHEMA}
      username: ${redshift.loader.username}
      password: "\${REDSHIFT_LOADER_PASSWORD}"
      tls: { mode: verify-full, ca_file: ../redshift-ca.pem }
s3_configs:
  s3_local:
    bucket_name: ${BUCKET}
    region: ${s3.region}
    endpoint: ${s3.endpoint}
    force_path_style: true
    access_key_id: "\${S3_ACCESS_KEY_ID}"
    secret_access_key: "\${S3_SECRET_ACCESS_KEY}"
    incremental_path: incremental/
    watermark_path: watermark/
`;
}

const PIPELINE = `${comment('Orders and customers of the shop, into the warehouse.')}extends: standard_fact_table
pipeline:
  source: SHOP_RO
  target: dw
  target_schema: ${TARGET_SCHEMA}
  s3_config: s3_local
  s3: { isolation_prefix: shop/ }
tables:
  sales.orders:
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    merge_keys: [id]
  sales.customers:
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    merge_keys: [id]
    lookback: 1h
`;

const TUNNEL_ENVIRONMENT = `${comment('--env tunnel: the same pipeline through the ssh server, into a schema of its own.')}pipeline:
  source: SHOP_RO_TUNNEL
  target_schema: ${TUNNEL_SCHEMA}
  s3: { isolation_prefix: shop_tunnel/ }
`;

const FACT_TEMPLATE = `${comment('Rows that arrive and change: read by change time and id, merged by key.')}pipeline:
  processing: { batch_size: 100000, target_file_mb: 64 }
  s3: { partition_strategy: table, compression: snappy }
  cdc_settings: { default_strategy: hybrid }
  default_table_config:
    load_mode: merge
    lag: 1s
    lookback: 15m
`;

const DIMENSION_TEMPLATE = `${comment('Small tables that describe: read again over a longer time, which costs little there.')}extends: standard_fact_table
pipeline:
  default_table_config:
    lookback: 1h
`;
