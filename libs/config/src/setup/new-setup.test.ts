import { expect, test } from 'vitest';
import { checkFiles } from '../check-files.ts';
import { newSetup, type SetupAnswers } from './new-setup.ts';

const ANSWERS: SetupAnswers = {
  source: { name: 'SHOP_RO', host: 'mysql.example.com', database: 'sales', username: 'reader' },
  target: { name: 'dw', host: 'warehouse.example.com', database: 'analytics', schema: 'reporting', username: 'loader' },
  bucket: 'example-staging', region: 'eu-central-1', pipeline: 'shop_pipeline', tables: ['sales.orders', 'sales.payments'],
};

test.each([
  ['with tables', ANSWERS],
  ['without tables', { ...ANSWERS, tables: [] }],
  ['with values that YAML takes for others', { ...ANSWERS, source: { ...ANSWERS.source, database: '2024', username: 'yes: "no" # 1' } }],
])('a new setup is valid, commented, and asks for passwords by variables: %s', (_name, answers) => {
  const { files, variables } = newSetup(answers);
  expect([...files.keys()]).toEqual(['connections.yml', 'pipelines/shop_pipeline.yml', '../.env.example']);
  expect(checkFiles(files, '/srv/config')).toEqual([]);
  expect(variables).toEqual(['DB_SHOP_RO_PASSWORD', 'REDSHIFT_DW_PASSWORD']);
  expect(files.get('connections.yml')).toMatch(/^# .*\n# .*\n/);
});

test('an answer that is no host is found', () => {
  expect(checkFiles(newSetup({ ...ANSWERS, source: { ...ANSWERS.source, host: 'mysql://h' } }).files, '/srv/config').map(({ path }) => path)).toEqual(['connections.sources.SHOP_RO.host']);
});
