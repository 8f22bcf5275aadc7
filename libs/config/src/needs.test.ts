import { describe, expect, test } from 'vitest';
import { configTexts, CONNECTIONS, PIPELINE } from '../test/config-texts.ts';
import { errorOf, problemsOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';
import type { PipelineSide } from './resolved.ts';

const FROM_VARIABLES = CONNECTIONS
  .replace('host: mysql.example.com', 'host: "${DB_HOST}"\n      port: "${DB_PORT}"')
  .replace('host: warehouse.example.com', 'host: "${REDSHIFT_HOST}"\n      ssh_tunnel: { host: b.example.com, username: t, password: "${SSH_PASSWORD}" }');
const SOURCE_VARIABLES = { DB_SHOP_RO_PASSWORD: 'shop-secret-1', DB_HOST: 'mysql.example.com', DB_PORT: '3310' };
const TARGET_VARIABLES = { REDSHIFT_PASSWORD: 'dw-secret-2', REDSHIFT_HOST: 'dw.example.com', SSH_PASSWORD: 'ssh-secret-3' };

function pipelineThatNeeds(needs: readonly PipelineSide[] | undefined, variables: Readonly<Record<string, string>>, connections = FROM_VARIABLES) {
  return buildConfig(configTexts({ 'connections.yml': connections, 'pipelines/shop.yml': PIPELINE }, { variables })).pipeline('shop', needs === undefined ? {} : { needs });
}

describe('a database that is not needed', () => {
  test('without a choice both are', () => {
    expect(problemsOf(() => pipelineThatNeeds(undefined, {})).map(({ found }) => found)).toEqual(['DB_HOST', 'DB_PORT', 'DB_SHOP_RO_PASSWORD', 'REDSHIFT_HOST', 'SSH_PASSWORD', 'REDSHIFT_PASSWORD']);
    expect(pipelineThatNeeds(undefined, { ...SOURCE_VARIABLES, ...TARGET_VARIABLES }).needs).toEqual(['source', 'target']);
  });

  test('needs no variable of the target', () => {
    const { source, target, needs } = pipelineThatNeeds(['source'], SOURCE_VARIABLES);
    expect([source.host, source.port, source.password.reveal()]).toEqual(['mysql.example.com', 3310, 'shop-secret-1']);
    expect([target.name, target.schema, target.host, target.port, target.tunnel]).toEqual(['dw', 'public', '', 5439, null]);
    expect(needs).toEqual(['source']);
  });

  test('needs no variable of the source', () => {
    const { source, target } = pipelineThatNeeds(['target'], TARGET_VARIABLES);
    expect([target.host, target.password.reveal(), target.tunnel?.password?.reveal()]).toEqual(['dw.example.com', 'dw-secret-2', 'ssh-secret-3']);
    expect([source.name, source.database, source.host, source.port]).toEqual(['SHOP_RO', 'sales', '', 3306]);
  });

  test('keeps its secrets although they are set', () => {
    const { source, target } = pipelineThatNeeds([], { ...SOURCE_VARIABLES, ...TARGET_VARIABLES });
    expect(() => source.password.reveal()).toThrow('the password of SHOP_RO is withheld: this run does not connect to it');
    expect(() => target.password.reveal()).toThrow('the password of dw is withheld');
    expect(target.tunnel).toBeNull();
    expect([source.host, target.host]).toEqual(['mysql.example.com', 'dw.example.com']);
  });

  test.each([
    ['schema', 'target', FROM_VARIABLES.replace('database: analytics', 'database: analytics\n      schema: "${REDSHIFT_SCHEMA}"'), 'REDSHIFT_SCHEMA'],
    ['database', 'source', FROM_VARIABLES.replace('database: sales', 'database: "${DB_NAME}"'), 'DB_NAME'],
  ] as const)('still says what names tables: %s of the %s', (_key, _side, connections, variable) => {
    const error = errorOf(() => pipelineThatNeeds([], {}, connections));
    expect([error.code, error.exit]).toEqual(['CONFIG_UNSET_VARIABLE', 10]);
    expect(problemsOf(() => pipelineThatNeeds([], {}, connections)).map(({ found }) => found)).toEqual([variable]);
  });
});
