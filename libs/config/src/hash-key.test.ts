import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { configTexts, VARIABLES } from '../test/config-texts.ts';
import { errorOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';

const KEY = 'an-invented-key-of-32-characters';
const keyFrom = (files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}) => buildConfig(configTexts(files, { variables: { ...VARIABLES, ...variables } })).pipeline('shop').hashKey;

test('the key of hashed columns comes from the environment, else from .env', () => {
  expect(keyFrom({})).toBeNull();
  expect(keyFrom({ '.env': `TIDEMARK_HASH_KEY=${KEY}` })?.reveal()).toBe(KEY);
  expect(keyFrom({ '.env': 'TIDEMARK_HASH_KEY=another-key-of-some-length' }, { TIDEMARK_HASH_KEY: KEY })?.reveal()).toBe(KEY);
  expect(keyFrom({}, { TIDEMARK_HASH_KEY: '' })).toBeNull();
});

test('it is in no text', () => {
  const key = keyFrom({}, { TIDEMARK_HASH_KEY: KEY });
  expect([JSON.stringify({ key }), inspect(key, { showHidden: true, depth: null }), `${String(key)}`].join('\n')).not.toContain(KEY);
});

test('a key that can be guessed by trying is refused, without being shown', () => {
  const error = errorOf(() => keyFrom({}, { TIDEMARK_HASH_KEY: 'fifteen-bytes-x' }));
  expect(error).toMatchObject({ code: 'HASH_KEY_SHORT', exit: 10, message: 'TIDEMARK_HASH_KEY has 15 bytes; at least 16 are needed' });
  expect(inspect(error)).not.toContain('fifteen');
});

test('masks and choices for single columns are resolved by column', () => {
  const pipeline = `pipeline: { source: SHOP_RO, target: dw }
tables:
  sales.orders:
    columns: { hash: [email], mask: { phone: keep_last_4, name: keep_first_12, mail: keep_domain, note: redact, born: to_null }, policy: { day: { zero_date: sentinel }, code: {} } }
`;
  expect(buildConfig(configTexts({ 'pipelines/shop.yml': pipeline })).pipeline('shop').tables[0]).toMatchObject({
    hashColumns: ['email'],
    maskColumns: { phone: { keep: 'last', characters: 4 }, name: { keep: 'first', characters: 12 }, mail: { keep: 'domain' }, note: { keep: 'nothing' }, born: { keep: 'null' } },
    columnPolicies: { day: { zeroDate: 'sentinel' }, code: {} },
  });
});

test.each(['keep_last_0', 'keep_last_100', 'keep_4', 'hide', ''])('"%s" is no mask', (mask) => {
  const pipeline = `pipeline: { source: SHOP_RO, target: dw }\ntables: { sales.orders: { columns: { mask: { phone: "${mask}" } } } }\n`;
  expect(errorOf(() => buildConfig(configTexts({ 'pipelines/shop.yml': pipeline })))).toMatchObject({ exit: 10, message: expect.stringContaining('keep_last_4') as string });
});
