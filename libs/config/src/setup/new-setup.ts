import { stringify } from 'yaml';
import { SCHEMA_BASE } from '../schema/file-kinds.ts';

/** What a new configuration is asked for. */
export interface SetupAnswers {
  readonly source: { readonly name: string; readonly host: string; readonly database: string; readonly username: string };
  readonly target: { readonly name: string; readonly host: string; readonly database: string; readonly schema: string; readonly username: string };
  readonly bucket: string;
  readonly region: string;
  readonly pipeline: string;
  /** As `schema.table`. */
  readonly tables: readonly string[];
}

/** The files of a new configuration by their paths in its directory, with comments, and the variables that they need. */
export interface NewSetup {
  readonly files: ReadonlyMap<string, string>;
  readonly variables: readonly string[];
}

/** A configuration with one source, one target, one bucket and one pipeline. Passwords are variables. */
export function newSetup({ source, target, bucket, region, pipeline, tables }: SetupAnswers): NewSetup {
  const [sourcePassword, targetPassword] = [`DB_${variablePart(source.name)}_PASSWORD`, `REDSHIFT_${variablePart(target.name)}_PASSWORD`];
  const connections = `# yaml-language-server: $schema=${SCHEMA_BASE}/connections.schema.json
# Where tables come from, where they go, and the bucket between.
# Passwords come from the environment, or from .env beside this directory.
connections:
  sources:
    ${source.name}:
      host: ${value(source.host)}
      database: ${value(source.database)}
      username: ${value(source.username)}
      password: "\${${sourcePassword}}"
      # The zone in which DATETIME columns were written: UTC or an IANA name such as Europe/Berlin.
      cursor_time_zone: UTC
      # Through an ssh server:
      # ssh_tunnel: { host: bastion.example.com, username: tunnel, private_key_path: ~/.ssh/id_ed25519 }
  targets:
    ${target.name}:
      host: ${value(target.host)}
      database: ${value(target.database)}
      schema: ${value(target.schema)}
      username: ${value(target.username)}
      password: "\${${targetPassword}}"
      # The role with which COPY reads the bucket; without it the keys of the S3 configuration are used.
      iam_role: default
s3_configs:
  main:
    bucket_name: ${value(bucket)}
    region: ${value(region)}
    # Without keys the default AWS credential chain is used.
`;
  const list = tables.map((table) => `  ${value(table)}:\n`).join('');
  const pipelineText = `# yaml-language-server: $schema=${SCHEMA_BASE}/pipeline.schema.json
pipeline:
  source: ${source.name}
  target: ${target.name}
  s3_config: main
  # Settings of every table; a table may have its own below its name.
  default_table_config:
    # How far a run re-reads for rows that were committed late.
    lookback: 15m
${tables.length === 0 ? '# tables:\n#   sales.orders:\n' : `tables:\n${list}`}`;
  const variables = [sourcePassword, targetPassword];
  const env = `# Copy to .env and fill in. The real environment beats that file; keep it out of version control.\n${variables.map((name) => `${name}=\n`).join('')}`;
  return { files: new Map([['connections.yml', connections], [`pipelines/${pipeline}.yml`, pipelineText], ['../.env.example', env]]), variables };
}

function variablePart(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** A value as YAML writes it, in quotes where it needs them. */
function value(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
