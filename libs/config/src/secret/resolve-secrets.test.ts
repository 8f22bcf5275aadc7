import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { configTexts, CONNECTIONS } from '../../test/config-texts.ts';
import { buildConfig, resolveSecrets, type SecretReference, type SecretSource } from '../index.ts';

const IN_STORE = CONNECTIONS
  .replace('"${DB_SHOP_RO_PASSWORD}"', '"aws-sm:${CONFIG_STAGE}/mysql#password"')
  .replace('"${REDSHIFT_PASSWORD}"', 'aws-ssm:/shop/redshift')
  .replace('region: eu-central-1 }', 'region: eu-central-1, access_key_id: EXAMPLE, secret_access_key: aws-sm:shop/s3#secret }');

/** Answers with the names that are asked for. */
function store(): SecretSource & { readonly asked: SecretReference[] } {
  const asked: SecretReference[] = [];
  return { asked, read: (references) => Promise.resolve(references.map((reference) => (asked.push(reference), `text of ${reference.name}`))) };
}

const config = buildConfig(configTexts({ 'connections.yml': IN_STORE }, { variables: { CONFIG_STAGE: 'staging' } }));

test('what does not connect needs no store', () => {
  expect(config.validate()).toEqual([]);
  expect(config.pipeline('shop').tables).toHaveLength(1);
  const [explained] = config.explain('connections.targets.dw.password');
  expect(explained).toMatchObject({ value: '[secret]', origin: { file: 'config/connections.yml', line: 13 } });
});

test('every secret in a store is read, with the place that names it', async () => {
  const secrets = store();
  const { source, target, s3 } = await resolveSecrets(config.pipeline('shop'), () => Promise.resolve(secrets));
  expect([source.password.reveal(), target.password.reveal(), s3.credentials?.secretAccessKey.reveal()]).toEqual(['text of staging/mysql#password', 'text of /shop/redshift', 'text of shop/s3#secret']);
  expect(secrets.asked.map(({ scheme, place }) => [scheme, place])).toEqual([
    ['aws-sm', 'connections.sources.SHOP_RO.password (config/connections.yml:7:17)'],
    ['aws-ssm', 'connections.targets.dw.password (config/connections.yml:13:17)'],
    ['aws-sm', 's3_configs.s3_main.secret_access_key (config/connections.yml:15:109)'],
  ]);
  expect(inspect([source, target, s3], { depth: null, showHidden: true })).not.toContain('text of');
});

test('of a database that is not connected to nothing is read', async () => {
  const secrets = store();
  const { source } = await resolveSecrets(config.pipeline('shop', { needs: ['target'] }), () => Promise.resolve(secrets));
  expect(secrets.asked.map(({ name }) => name)).not.toContain('staging/mysql#password');
  expect(() => source.password.reveal()).toThrow('withheld');
});

test('without secrets in a store none is opened, and the settings are the same', async () => {
  const settings = buildConfig(configTexts()).pipeline('shop');
  expect(await resolveSecrets(settings, () => Promise.reject(new Error('opened')))).toBe(settings);
});

test('a secret that was not read cannot be used by mistake', () => {
  expect(() => config.sources.get('SHOP_RO').password.reveal()).toThrow('the secret of connections.sources.SHOP_RO.password (config/connections.yml:7:17) has not been read from its store');
});
