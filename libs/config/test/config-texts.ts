import type { ConfigTexts } from '../src/config-texts.ts';
import type { SourceText } from '../src/problem/source-text.ts';

/** A configuration in which everything is right. */
export const CONNECTIONS = `connections:
  sources:
    SHOP_RO:
      host: mysql.example.com
      database: sales
      username: reader
      password: "\${DB_SHOP_RO_PASSWORD}"
  targets:
    dw:
      host: warehouse.example.com
      database: analytics
      username: loader
      password: "\${REDSHIFT_PASSWORD}"
s3_configs:
  s3_main: { bucket_name: example-staging, region: eu-central-1 }
`;

export const PIPELINE = `pipeline:
  source: SHOP_RO
  target: dw
tables:
  sales.orders:
`;

export const VARIABLES = { DB_SHOP_RO_PASSWORD: 'shop-secret-1', REDSHIFT_PASSWORD: 'dw-secret-2' };

export interface TextOptions {
  readonly environment?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly secretFiles?: Readonly<Record<string, string>>;
}

/** Texts by the names of their files; `connections.yml` and `pipelines/shop.yml` are those above unless given. */
export function configTexts(files: Readonly<Record<string, string>> = {}, { environment, variables = VARIABLES, secretFiles = {} }: TextOptions = {}): ConfigTexts {
  const all: Record<string, string> = { 'connections.yml': CONNECTIONS, ...(Object.keys(files).some((name) => name.startsWith('pipelines/')) ? {} : { 'pipelines/shop.yml': PIPELINE }), ...files };
  const source = (name: string): SourceText => ({ path: name.startsWith('.env') ? name : `config/${name}`, text: all[name] ?? '' });
  const folder = (prefix: string) =>
    new Map(Object.keys(all).filter((name) => name.startsWith(`${prefix}/`)).map((name) => [name.slice(prefix.length + 1).replace(/\.yml$/, ''), source(name)] as const));
  return {
    directory: '/srv/shop/config',
    home: '/home/anna',
    environment: environment ?? null,
    connections: source('connections.yml'),
    pipelines: folder('pipelines'),
    templates: folder('templates'),
    tables: folder('tables'),
    environments: folder('environments'),
    redshiftKeys: all['redshift_keys.json'] === undefined ? null : source('redshift_keys.json'),
    envFiles: Object.keys(all).filter((name) => name.startsWith('.env')).sort().reverse().map(source),
    variables,
    readSecretFile: (path) => {
      const text = secretFiles[path];
      if (text === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
      return text;
    },
  };
}
