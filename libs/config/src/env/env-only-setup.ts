/** A configuration without YAML, from the variables of a `.env` file. */
export interface EnvOnlySetup {
  readonly connections: string;
  readonly pipeline: string;
}

/** The variables of which one must be set for there to be such a set-up. */
export const ENV_ONLY_MARKS: readonly string[] = ['DB_HOST', 'S3_BUCKET_NAME'];

/**
 * The set-up that has variables only, as the files that say the same: the source `default`, the target `default`, the S3 configuration
 * `default` and the pipeline `default`, which lists no table. Null when its variables are not set.
 *
 * @param isSet whether a variable has a value
 */
export function envOnlySetup(isSet: (name: string) => boolean): EnvOnlySetup | null {
  if (!ENV_ONLY_MARKS.every(isSet)) return null;
  const first = (...names: readonly string[]): string => names.find(isSet) ?? names[0]!;
  const optional = (indent: string, key: string, name: string): string[] => (isSet(name) ? [`${indent}${key}: "\${${name}}"`] : []);
  const tunnel = (host: string, username: string, keyPath: string, localPort: string | null): string[] =>
    isSet(host) ? ['      ssh_tunnel:', `        host: "\${${host}}"`, `        username: "\${${username}}"`, `        private_key_path: "\${${keyPath}}"`, ...(localPort === null ? [] : optional('        ', 'local_port', localPort))] : [];
  const connections = [
    'connections:',
    '  sources:',
    '    default:',
    '      host: "${DB_HOST}"',
    ...optional('      ', 'port', 'DB_PORT'),
    '      username: "${DB_USER}"',
    '      password: "${DB_PASSWORD}"',
    '      database: "${DB_DATABASE}"',
    ...tunnel('SSH_BASTION_HOST', 'SSH_BASTION_USER', 'SSH_BASTION_KEY_PATH', null),
    '  targets:',
    '    default:',
    '      host: "${REDSHIFT_HOST}"',
    ...optional('      ', 'port', 'REDSHIFT_PORT'),
    '      username: "${REDSHIFT_USER}"',
    '      password: "${REDSHIFT_PASSWORD}"',
    '      database: "${REDSHIFT_DATABASE}"',
    ...optional('      ', 'schema', 'REDSHIFT_SCHEMA'),
    ...tunnel(first('REDSHIFT_SSH_HOST', 'REDSHIFT_SSH_BASTION_HOST'), first('REDSHIFT_SSH_USERNAME', 'REDSHIFT_SSH_BASTION_USER'), first('REDSHIFT_SSH_PRIVATE_KEY_PATH', 'REDSHIFT_SSH_BASTION_KEY_PATH'), 'REDSHIFT_SSH_LOCAL_PORT'),
    's3_configs:',
    '  default:',
    '    bucket_name: "${S3_BUCKET_NAME}"',
    `    region: "\${${first('S3_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION')}}"`,
    ...optional('    ', 'access_key_id', 'AWS_ACCESS_KEY_ID'),
    ...optional('    ', 'secret_access_key', 'AWS_SECRET_ACCESS_KEY'),
    ...optional('    ', 'session_token', 'AWS_SESSION_TOKEN'),
  ];
  const pipeline = [
    'pipeline:',
    '  source: default',
    '  target: default',
    '  s3_config: default',
    // It is the number of rows of one Parquet file.
    ...(isSet('BACKUP_BATCH_SIZE') ? ['  processing:', '    max_rows_per_file: "${BACKUP_BATCH_SIZE}"'] : []),
  ];
  return { connections: `${connections.join('\n')}\n`, pipeline: `${pipeline.join('\n')}\n` };
}
