import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseEnv } from '../env/parse-env.ts';
import { loadConfig } from './load-config.ts';

const project = new URL('../../', import.meta.url);
const directory = fileURLToPath(new URL('../../config', project));
const envExample = readFileSync(`${directory}/.env.example`, 'utf8');
/** Every name of .env.example, with a value. */
const variables = Object.fromEntries([...parseEnv({ path: '.env.example', text: envExample }).values.keys()].map((name) => [name, `value-of-${name}`]));

describe('the example set', () => {
  test.each([undefined, 'staging', 'production'])('is valid in the environment %s', async (environment) => {
    const config = await loadConfig({ directory, environment, variables });
    expect(config.validate()).toEqual([]);
    expect(config.pipelines).toEqual(['crm_pipeline', 'shop_pipeline']);
    for (const name of config.pipelines) expect(config.pipeline(name).tables.length).toBeGreaterThan(1);
  });

  test('.env.example names exactly the variables that the files use, and no values', async () => {
    const config = await loadConfig({ directory, variables: {} });
    const unset = config.validate().map((problem) => problem.found);
    const optional = ['SSH_KEY_PASSPHRASE'];
    expect([...unset, ...optional].sort()).toEqual(Object.keys(variables).sort());
    expect([...parseEnv({ path: '.env.example', text: envExample }).values.values()].join('')).toBe('');
  });

  test('both templates are used, and each layer shows', async () => {
    const config = await loadConfig({ directory, environment: 'staging', variables });
    const shop = config.pipeline('shop');
    expect([shop.compression, shop.partitionStrategy, shop.target.database]).toEqual(['zstd', 'hybrid', 'staging']);
    expect(shop.tables.map((table) => [table.name, table.processing.batchSize, 'lookbackMs' in table.reading ? table.reading.lookbackMs : null])).toEqual([
      ['sales.orders', 50_000, 900_000], ['sales.order_items', 2_000_000, 900_000], ['sales.payments', 50_000, 7_200_000], ['sales.order_totals', 50_000, 900_000],
    ]);
    expect(config.pipeline('crm_pipeline').tables.map((table) => [table.targetTable, 'nullCursor' in table.reading ? table.reading.nullCursor : null])).toEqual([['dim_customers', 'exclude'], ['dim_addresses', 'exclude']]);
  });
});

test('servers on the way, the pool and the query of a table are in it', async () => {
  const config = await loadConfig({ directory, variables });
  const tunnel = config.pipeline('crm_pipeline').source.tunnel;
  expect(tunnel?.jump.map(({ host, port }) => `${host}:${port}`)).toEqual(['gate.example.com:2222']);
  const shop = config.pipeline('shop');
  expect(shop.source.pool.maxConnections).toBe(5);
  expect(shop.tables.at(-1)?.reading).toMatchObject({ strategy: 'custom_sql', query: expect.stringContaining(':until_timestamp') as string });
});

describe('README', () => {
  const example = readFileSync(new URL('examples/show-pipeline.ts', project), 'utf8');
  const output = 'SHOP_RO:sales.orders goes to dw:reporting.orders, 50000 rows at a time\nthe password is [secret]\npipelines.shop_pipeline.tables.sales.orders.lookback = 15m, set in ../../config/templates/standard_fact_table.yml:11\n';

  test('shows the example and what it prints', () => {
    const readme = readFileSync(new URL('README.md', project), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    expect(readme).toContain(`\`\`\`\n${output.replaceAll('../../', '')}\`\`\``);
  });

  test('the example prints it', () => {
    const run = spawnSync(process.execPath, ['--conditions=@tidemark/source', 'examples/show-pipeline.ts', directory], { cwd: fileURLToPath(project), env: { ...process.env, ...variables, TIDEMARK_ENV: '', BACKUP_ENVIRONMENT: '' }, encoding: 'utf8' });
    expect(run.stdout.replaceAll(directory, '../../config')).toBe(output);
    expect(run.status).toBe(0);
  });
});
