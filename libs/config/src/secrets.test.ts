import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { configTexts, CONNECTIONS, PIPELINE } from '../test/config-texts.ts';
import { errorOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';

const SECRET = 'hunter2-q7';
const EVERYWHERE = CONNECTIONS
  .replace('      database: sales\n', `      database: sales\n      ssh_tunnel: { host: b.example.com, username: t, private_key_path: k, passphrase: "${SECRET}-a", password: "env:DB_TUNNEL" }\n`)
  .replace('"${REDSHIFT_PASSWORD}"', 'file:~/secrets/dw')
  .replace('region: eu-central-1 }', `region: eu-central-1, access_key_id: EXAMPLE, secret_access_key: "${SECRET}-d", session_token: "${SECRET}-e" }`);
const OPTIONS = { variables: { DB_SHOP_RO_PASSWORD: `${SECRET}-f`, DB_TUNNEL: `${SECRET}-b` }, secretFiles: { '/home/anna/secrets/dw': `${SECRET}-c\n` } };

function everyText(value: unknown): string {
  return [JSON.stringify(value), inspect(value, { depth: null, showHidden: true, getters: true }), String(value), `${value}`].join('\n');
}

describe('secrets', () => {
  const config = buildConfig(configTexts({ 'connections.yml': EVERYWHERE }, OPTIONS));
  const pipeline = config.pipeline('shop');

  test('reach the drivers', () => {
    expect([
      pipeline.source.password, pipeline.source.tunnel?.passphrase, pipeline.source.tunnel?.password, pipeline.target.password, pipeline.s3.credentials?.secretAccessKey, pipeline.s3.credentials?.sessionToken,
    ].map((secret) => secret?.reveal())).toEqual(['f', 'a', 'b', 'c', 'd', 'e'].map((end) => `${SECRET}-${end}`));
  });

  test('are in no text of what was loaded', () => {
    for (const value of [config, pipeline, config.sources.get('SHOP_RO'), config.targets.get('dw'), config.s3Configs.get('s3_main'), config.explain(''), config.outlines, config.validate()]) {
      expect(everyText(value)).not.toContain(SECRET);
    }
  });

  test.each([
    ['a misspelled key', EVERYWHERE.replace('passphrase:', 'pasphrase:')],
    ['an unknown key beside it', EVERYWHERE.replace('username: reader', 'usrname: reader')],
    ['a number', EVERYWHERE.replace(/passphrase: "[^"]*"/, `passphrase: [${SECRET}]`)],
    ['a syntax error on its line', EVERYWHERE.replace(`"${SECRET}-a"`, `"${SECRET}-a`)],
    ['text after it', EVERYWHERE.replace(`"${SECRET}-a"`, `"${SECRET}-a" ${SECRET}`)],
    ['a secret on its own line', CONNECTIONS.replace('password: "${DB_SHOP_RO_PASSWORD}"', `password:\n        ${SECRET}\n      oops: 1`)],
    ['a secret of several lines', CONNECTIONS.replace('password: "${DB_SHOP_RO_PASSWORD}"', `password: |\n        ${SECRET}\n        ${SECRET}\n      oops: 1`)],
    ['a variable with a secret in a wrong place', CONNECTIONS.replace('host: mysql.example.com', 'host: "${DB_SHOP_RO_PASSWORD} x"')],
    ['a secret in an address', CONNECTIONS.replace('host: mysql.example.com', `host: mysql://u:${SECRET}@h`)],
  ])('are in no error: %s', (_name, connections) => {
    const error = errorOf(() => buildConfig(configTexts({ 'connections.yml': connections, 'pipelines/shop.yml': PIPELINE }, OPTIONS)).pipeline('shop'));
    expect(error.exit).toBe(10);
    expect([everyText(error), everyText(error.details), error.stack, ...error.remedy].join('\n')).not.toContain(SECRET);
  });
});
