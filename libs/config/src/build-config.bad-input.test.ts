import { describe, expect, test } from 'vitest';
import { configTexts, CONNECTIONS, PIPELINE, VARIABLES, type TextOptions } from '../test/config-texts.ts';
import { errorOf, problemsOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';
import { ANNOTATION_KEYS } from './schema/annotations.ts';
import { SOURCE_SCHEMA } from './schema/connections-schema.ts';
import { PIPELINE_SCHEMA, TEMPLATE_FILE_SCHEMA } from './schema/pipeline-schema.ts';
import type { ClosedMap } from './schema/schema-node.ts';
import { STRATEGY, TABLE_SCHEMA } from './schema/table-schema.ts';

type Files = Readonly<Record<string, string>>;
const connections = (from: string, to: string): Files => ({ 'connections.yml': replaced(CONNECTIONS, from, to) });
const pipeline = (from: string, to: string): Files => ({ 'pipelines/shop.yml': replaced(PIPELINE, from, to) });
const inPipeline = (lines: string): Files => pipeline('  target: dw\n', `  target: dw\n${lines}\n`);
const inTable = (line: string): Files => pipeline('  sales.orders:\n', `  sales.orders:\n    ${line}\n`);
const inSource = (line: string): Files => connections('      database: sales\n', `      database: sales\n      ${line}\n`);

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the text has no ${from}`);
  return text.replace(from, () => to);
}

/** The keys that messages list; other tests say which keys there are. */
const known = (schema: ClosedMap): string => Object.keys(schema.properties).filter((key) => !ANNOTATION_KEYS.includes(key)).join(', ');
const KEYS = known(PIPELINE_SCHEMA);
const TABLE_KEYS = known(TABLE_SCHEMA);
const TEMPLATE_KEYS = known(TEMPLATE_FILE_SCHEMA.properties.pipeline);
const STRATEGIES = STRATEGY.enum.join(', ');
const NULL_CURSORS = TABLE_SCHEMA.properties.null_cursor.enum.join(', ');
const LOAD_MODES = TABLE_SCHEMA.properties.load_mode.enum.join(', ');

/** Name, files, code, the message with its place, the remedy, options. */
const BAD: readonly (readonly [string, Files, string, string, string, TextOptions?])[] = [
  ['YAML broken at a line', pipeline('  target: dw', '  target: "dw'), 'CONFIG_YAML_SYNTAX', 'config/pipelines/shop.yml:6:1: a closing quote, bracket, comma or colon is missing', 'Correct the line that is named.'],
  ['a misspelled key', pipeline('  source:', '  sorce:'), 'CONFIG_UNKNOWN_KEY', 'config/pipelines/shop.yml:2:3: unknown key "sorce" in pipeline; the nearest known one is "source"', 'Write source instead of sorce.'],
  ['a key at the wrong place', inPipeline('  batch_size: 5'), 'CONFIG_UNKNOWN_KEY', `config/pipelines/shop.yml:4:3: unknown key "batch_size" in pipeline; known are ${KEYS}`, 'batch_size belongs in pipeline.processing.'],
  ['a key that nothing reads', inPipeline('  sync_frequency: daily'), 'CONFIG_UNKNOWN_KEY', `config/pipelines/shop.yml:4:3: unknown key "sync_frequency" in pipeline; known are ${KEYS}`, `Remove sync_frequency, or use one of: ${KEYS}.`],
  ['a key at the top', { 'pipelines/shop.yml': `${PIPELINE}table: {}\n` }, 'CONFIG_UNKNOWN_KEY', 'config/pipelines/shop.yml:6:1: unknown key "table" at the top of the file; the nearest known one is "tables"', 'Write tables instead of table.'],
  ['a key named __proto__', inTable('__proto__: { lag: 5s }'), 'CONFIG_UNKNOWN_KEY', `config/pipelines/shop.yml:6:5: unknown key "__proto__" in tables.sales.orders; known are ${TABLE_KEYS}`, `Remove __proto__, or use one of: ${TABLE_KEYS}.`],
  ['a template with a source', { 'templates/fact.yml': 'pipeline:\n  source: SHOP_RO\n' }, 'CONFIG_UNKNOWN_KEY', `config/templates/fact.yml:2:3: unknown key "source" in pipeline; known are ${TEMPLATE_KEYS}`, `Remove source, or use one of: ${TEMPLATE_KEYS}.`],
  ['another strategy', inTable('cdc_strategy: nightly'), 'CONFIG_VALUE', `config/pipelines/shop.yml:6:19: tables.sales.orders.cdc_strategy is "nightly"; allowed: ${STRATEGIES}`, `Write for cdc_strategy: ${STRATEGIES}.`],
  ['another load mode', inTable('load_mode: upsert'), 'CONFIG_VALUE', `config/pipelines/shop.yml:6:16: tables.sales.orders.load_mode is "upsert"; allowed: ${LOAD_MODES}`, `Write for load_mode: ${LOAD_MODES}.`],
  ['a misspelled choice', inTable('null_cursor: exlude'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:6:18: tables.sales.orders.null_cursor is "exlude"; allowed: ' + NULL_CURSORS, 'Write exclude.'],
  ['a duration without unit', inTable('lag: 5'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:6:10: tables.sales.orders.lag is 5; allowed: a duration with a unit: 500ms, 5s, 15m, 1h, 7d', 'Write for lag: a duration with a unit: 500ms, 5s, 15m, 1h, 7d.'],
  ['a duration in words', inTable('lookback: 15 minutes'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:6:15: tables.sales.orders.lookback is "15 minutes"; allowed: a duration with a unit: 500ms, 5s, 15m, 1h, 7d', 'Write for lookback: a duration with a unit: 500ms, 5s, 15m, 1h, 7d.'],
  ['text for a number', inPipeline('  processing: { batch_size: many }'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:4:29: pipeline.processing.batch_size is "many"; allowed: a whole number from 1 to 1000000000', 'Write for batch_size: a whole number from 1 to 1000000000.'],
  ['zero rows', inPipeline('  processing: { batch_size: 0 }'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:4:29: pipeline.processing.batch_size is 0; allowed: a whole number from 1 to 1000000000', 'Write for batch_size: a whole number from 1 to 1000000000.'],
  ['yes for true', inPipeline('  strict_tables: yes'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:4:18: pipeline.strict_tables is "yes"; allowed: true, false', 'Write for strict_tables: true, false.'],
  ['a value for a map', inPipeline('  s3: snappy'), 'CONFIG_VALUE', `config/pipelines/shop.yml:4:7: pipeline.s3 is "snappy"; allowed: a map of ${known(PIPELINE_SCHEMA.properties.s3)}`, `Write for s3: a map of ${known(PIPELINE_SCHEMA.properties.s3)}.`],
  ['a value for a list', inTable('merge_keys: id'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:6:17: tables.sales.orders.merge_keys is "id"; allowed: a list of different column names, at least one', 'Write for merge_keys: a list of different column names, at least one.'],
  ['an empty value', inTable('cdc_id_column:'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:6:19: tables.sales.orders.cdc_id_column is empty; allowed: text', 'Write for cdc_id_column: text.'],
  ['control characters in a key', { 'pipelines/shop.yml': `${PIPELINE}"\\e[31mred\\n": 1\n` }, 'CONFIG_UNKNOWN_KEY', 'config/pipelines/shop.yml:6:1: unknown key "\\u001b[31mred\\u000a" at the top of the file; known are extends, pipeline, tables', 'Remove \\u001b[31mred\\u000a, or use one of: extends, pipeline, tables.'],
  ['a table with a control character', pipeline('  sales.orders:', '  "sales.or\\tders":'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:5:3: "sales.or ders" in tables is not a table as schema.table', 'Write the schema, a dot and the table.'],
  ['a table without schema', pipeline('  sales.orders:', '  orders:'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:5:3: "orders" in tables is not a table as schema.table', 'Write the schema, a dot and the table.'],
  ['a number for text', connections('database: sales', 'database: 2024'), 'CONFIG_VALUE', 'config/connections.yml:5:17: connections.sources.SHOP_RO.database is 2024; allowed: text', 'Put the value of database between quotes.'],
  ['a password that is a number', connections('password: "${DB_SHOP_RO_PASSWORD}"', 'password: 123456'), 'CONFIG_VALUE', 'config/connections.yml:7:17: connections.sources.SHOP_RO.password is a value that is not shown; allowed: text, "${VARIABLE}", "env:VARIABLE", "file:path", "aws-sm:secret" or "aws-ssm:/parameter"', 'Put the value of password between quotes.'],
  ['an address for a host', connections('host: mysql.example.com', 'host: mysql://me:pw@mysql.example.com'), 'CONFIG_VALUE', 'config/connections.yml:4:13: connections.sources.SHOP_RO.host is "mysql://[secret]@mysql.example.com"; allowed: a host name or address, without scheme and port', 'Write for host: a host name or address, without scheme and port.'],
  ['a port out of range', inSource('port: 65536'), 'CONFIG_VALUE', 'config/connections.yml:6:13: connections.sources.SHOP_RO.port is 65536; allowed: a whole number from 1 to 65535', 'Write for port: a whole number from 1 to 65535.'],
  ['a time zone that does not exist', inSource('cursor_time_zone: Europe/Atlantis'), 'CONFIG_VALUE', 'config/connections.yml:6:25: connections.sources.SHOP_RO.cursor_time_zone is "Europe/Atlantis"; allowed: UTC or an IANA name such as Europe/Berlin', 'Write for cursor_time_zone: UTC or an IANA name such as Europe/Berlin.'],
  ['a time zone that only the server knows', inSource('cursor_time_zone: server'), 'CONFIG_VALUE', 'config/connections.yml:6:25: connections.sources.SHOP_RO.cursor_time_zone is "server"; allowed: UTC or an IANA name such as Europe/Berlin', 'Write for cursor_time_zone: UTC or an IANA name such as Europe/Berlin.'],
  ['a source without host', connections('      host: mysql.example.com\n', ''), 'CONFIG_VALUE', 'config/connections.yml:3:5: connections.sources.SHOP_RO has no host', 'Add host to connections.sources.SHOP_RO.'],
  ['a tunnel without login', inSource('ssh_tunnel: { host: bastion.example.com, username: tunnel }'), 'CONFIG_VALUE', 'config/connections.yml:6:7: connections.sources.SHOP_RO.ssh_tunnel has no way to log in; allowed: private_key_path, agent: true, password', 'Add one of private_key_path, agent: true, password to connections.sources.SHOP_RO.ssh_tunnel.'],
  ['two host keys', inSource(`ssh_tunnel: { host: b.example.com, username: t, agent: true, known_hosts_path: k, host_key_sha256: "SHA256:${'a'.repeat(43)}" }`), 'CONFIG_VALUE', 'config/connections.yml:6:89: connections.sources.SHOP_RO.ssh_tunnel has both known_hosts_path and host_key_sha256', 'Keep one of the two.'],
  ['half of a key pair', connections('region: eu-central-1 }', 'region: eu-central-1, access_key_id: EXAMPLE }'), 'CONFIG_VALUE', 'config/connections.yml:15:66: s3_configs.s3_main has access_key_id without secret_access_key', 'Give both, or neither to use the default AWS credential chain.'],
  ['data and state in one place', connections('region: eu-central-1 }', 'region: eu-central-1, watermark_path: incremental/state }'), 'CONFIG_VALUE', 'config/connections.yml:15:66: s3_configs.s3_main keeps data (incremental/) and state (incremental/state) in one place', 'Choose prefixes of which none lies in the other.'],
  ['a heartbeat too slow', { 'connections.yml': `${CONNECTIONS}lease: { ttl: 20s }\n` }, 'CONFIG_VALUE', 'config/connections.yml:16:15: lease.heartbeat (15s) is more than a third of lease.ttl (20s)', 'Make ttl at least three times heartbeat.'],
  ['a lease too short', { 'connections.yml': `${CONNECTIONS}lease: { ttl: 3s, heartbeat: 1s }\n` }, 'CONFIG_VALUE', 'config/connections.yml:16:15: lease.ttl (3s) is less than 5s', 'Make ttl at least 5s.'],
  ['a prefix that leaves its place', inPipeline('  s3: { isolation_prefix: ../other/ }'), 'CONFIG_VALUE', 'config/pipelines/shop.yml:4:27: pipeline.s3.isolation_prefix is "../other/"; allowed: a key prefix such as shop/, not beginning with /, without .. and //', 'Write for isolation_prefix: a key prefix such as shop/, not beginning with /, without .. and //.'],
  ['a source that does not exist', pipeline('source: SHOP_RO', 'source: SHOP_R0'), 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:2:11: pipeline.source names the source "SHOP_R0", which does not exist; the nearest is "SHOP_RO"', 'Write SHOP_RO.'],
  ['a target that does not exist', pipeline('target: dw', 'target: warehouse'), 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:3:11: pipeline.target names the target "warehouse", which does not exist', 'Define the target warehouse, or use one of: dw.'],
  ['an S3 configuration that does not exist', inPipeline('  s3_config: s3_mian'), 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:4:14: pipeline.s3_config names the S3 configuration "s3_mian", which does not exist; the nearest is "s3_main"', 'Write s3_main.'],
  ['several S3 configurations and none chosen', { 'connections.yml': `${CONNECTIONS}  s3_two: { bucket_name: example-two, region: eu-west-1 }\n` }, 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:1:1: the pipeline shop has no s3_config, and there are several: s3_main, s3_two', 'Add s3_config to pipeline; defined are s3_main, s3_two.'],
  ['a pipeline without source', pipeline('  source: SHOP_RO\n', ''), 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:1:1: the pipeline shop has no source', 'Add source to pipeline; defined are SHOP_RO.'],
  ['a template that does not exist', { 'pipelines/shop.yml': `extends: fct\n${PIPELINE}`, 'templates/fact.yml': '' }, 'CONFIG_REFERENCE', 'config/pipelines/shop.yml:1:10: extends names the template "fct", which templates/ does not have; the nearest is "fact"', 'Write fact.'],
  ['templates in a circle', { 'templates/a.yml': 'extends: b', 'templates/b.yml': 'extends: a', 'pipelines/shop.yml': PIPELINE }, 'CONFIG_CYCLE', 'config/templates/b.yml:1:10: templates extend each other in a circle: a → b → a', 'Remove one `extends` of the circle.'],
  ['an environment that does not exist', { 'environments/staging.yml': '' }, 'CONFIG_REFERENCE', 'the environment "stagin" has neither environments/stagin.yml nor .env.stagin; the nearest is "staging"', 'Choose one of: staging; or add environments/stagin.yml.', { environment: 'stagin' }],
  ['an environment for another pipeline', { 'environments/staging.yml': 'pipelines:\n  shopp: {}\n' }, 'CONFIG_REFERENCE', 'config/environments/staging.yml:2:3: pipelines.shopp names the pipeline "shopp", which does not exist; the nearest is "shop"', 'Write shop.'],
  ['a tables file for another pipeline', { 'tables/x.yml': 'pipelines: [shopp]\ntables: {}\n' }, 'CONFIG_REFERENCE', 'config/tables/x.yml:1:13: pipelines names the pipeline "shopp", which does not exist; the nearest is "shop"', 'Write shop.'],
  ['a tables file for another table', { 'tables/x.yml': 'tables:\n  sales.ordrs: { lag: 1s }\n' }, 'CONFIG_REFERENCE', 'config/tables/x.yml:2:3: no pipeline lists the table sales.ordrs; the nearest is sales.orders', 'Write sales.orders, or list the table in a pipeline.'],
  ['tables that share a file form', pipeline('  sales.orders:\n', '  sales.order_items: { target_name: a }\n  sales_order.items: { target_name: b }\n'), 'CONFIG_COLLISION', 'config/pipelines/shop.yml:6:3: the tables SHOP_RO:sales.order_items and SHOP_RO:sales_order.items share the file form shop_ro_sales_order_items (the first at config/pipelines/shop.yml:5)', 'Keep one of the two in this pipeline; another pipeline with an isolation_prefix of its own can read the other.'],
  ['tables that differ by case', pipeline('  sales.orders:\n', '  sales.orders: { target_name: a }\n  sales.Orders: { target_name: b }\n'), 'CONFIG_COLLISION', 'config/pipelines/shop.yml:6:3: the tables SHOP_RO:sales.orders and SHOP_RO:sales.Orders share the file form shop_ro_sales_orders (the first at config/pipelines/shop.yml:5)', 'Keep one of the two in this pipeline; another pipeline with an isolation_prefix of its own can read the other.'],
  ['one target table written twice', pipeline('  sales.orders:\n', '  sales.orders:\n  sales.old_orders: { target_name: ORDERS }\n'), 'CONFIG_COLLISION', 'config/pipelines/shop.yml:6:3: SHOP_RO:sales.orders of the pipeline shop and SHOP_RO:sales.old_orders of the pipeline shop both write the table public.orders of the target dw (the first at config/pipelines/shop.yml:5)', 'Give one of the two another target_name or target_schema.'],
  ['two pipelines that write one table', { 'pipelines/a.yml': PIPELINE, 'pipelines/b.yml': PIPELINE }, 'CONFIG_COLLISION', 'config/pipelines/b.yml:5:3: SHOP_RO:sales.orders of the pipeline a and SHOP_RO:sales.orders of the pipeline b both write the table public.orders of the target dw (the first at config/pipelines/a.yml:5)', 'Give one of the two another target_name or target_schema.'],
  ['an alias that is another pipeline', { 'pipelines/a.yml': PIPELINE, 'pipelines/b.yml': 'pipeline: { name: a, source: SHOP_RO, target: dw }\n' }, 'CONFIG_COLLISION', 'config/pipelines/b.yml:1:19: the pipelines a and b both answer to the name "a"', 'Give one of them another name.'],
  ['two pipelines of one alias', { 'pipelines/a.yml': 'pipeline: { name: s, source: SHOP_RO, target: dw }\n', 'pipelines/b.yml': 'pipeline: { name: s, source: SHOP_RO, target: dw }\n' }, 'CONFIG_COLLISION', 'config/pipelines/b.yml:1:19: the pipelines a and b both answer to the name "s"', 'Give one of them another name.'],
  ['a file name that cannot be a name', { 'pipelines/my shop.yml': PIPELINE }, 'CONFIG_VALUE', 'config/pipelines/my shop.yml:1:1: the file\'s name "my shop" is not a name of letters, digits, _ and -', 'Rename the file.'],
  ['.env without NAME=', { '.env': 'DB_A=1\noops\n' }, 'CONFIG_ENV_SYNTAX', '.env:2:1: the line is not NAME=value', 'Write each entry as NAME=value; put a value that begins with a quote, ends in a space or spans lines between double quotes.'],
];

describe('every bad configuration is found, placed and explained', () => {
  for (const [name, files, code, message, remedy, options] of BAD) {
    test(name, () => {
      const error = errorOf(() => buildConfig(configTexts(files, options)));
      expect(error.message).toBe(message);
      expect([error.code, error.exit, error.remedy]).toEqual([code, 10, [remedy]]);
      const [problem] = problemsOf(() => buildConfig(configTexts(files, options)));
      expect(message).toContain(problem!.file === null ? '' : `${problem!.file}:${problem!.line}:${problem!.column}:`);
      expect(problem!.frame === null).toBe(problem!.line === null || code === 'CONFIG_ENV_SYNTAX');
    });
  }
});

/** Problems of values that are judged when a pipeline needs them. */
const NEEDED: readonly (readonly [string, Files, string, string, TextOptions?])[] = [
  ['an unset variable', {}, 'config/connections.yml:7:18: the variable DB_SHOP_RO_PASSWORD is not set (connections.sources.SHOP_RO.password); DB_SHOP_RO_PASWORD is', 'Set DB_SHOP_RO_PASSWORD in the environment or in .env beside the configuration directory.', { variables: { REDSHIFT_PASSWORD: 'x', DB_SHOP_RO_PASWORD: 'y' } }],
  ['a port from a variable that is no number', inSource('port: "${DB_PORT}"'), 'config/connections.yml:6:13: connections.sources.SHOP_RO.port is "${DB_PORT}"; allowed: a whole number from 1 to 65535', 'Write for port: a whole number from 1 to 65535.', { variables: { ...VARIABLES, DB_PORT: 'high' } }],
  ['a host from a variable that is empty', connections('host: mysql.example.com', 'host: "${DB_HOST}"'), 'config/connections.yml:4:13: connections.sources.SHOP_RO.host is "${DB_HOST}", which is empty; allowed: a host name or address, without scheme and port', 'Set DB_HOST in the environment or in .env beside the configuration directory.', { variables: { ...VARIABLES, DB_HOST: '' } }],
  ['a variable outside the list', connections('username: reader', 'username: "${USER}"'), 'config/connections.yml:6:18: the variable USER may not be read: its name has no allowed prefix and .env does not define it (connections.sources.SHOP_RO.username)', 'Add USER, or the beginning of its name, to env_allow in connections.yml, or define it in .env.', { variables: { USER: 'anna', DB_SHOP_RO_PASSWORD: 'a', REDSHIFT_PASSWORD: 'b' } }],
  ['a brace that is no variable', connections('username: reader', 'username: "${reader"'), 'config/connections.yml:6:17: ${ does not begin a variable reference (connections.sources.SHOP_RO.username)', 'Write ${NAME} or ${NAME:-default}; a text that has ${ in it comes from a variable.'],
  ['a secret of env: that is not set', connections('"${DB_SHOP_RO_PASSWORD}"', 'env:DB_OTHER'), 'config/connections.yml:7:17: the variable DB_OTHER is not set (connections.sources.SHOP_RO.password)', 'Set DB_OTHER in the environment or in .env beside the configuration directory.'],
  ['a secret of env: with braces', connections('"${DB_SHOP_RO_PASSWORD}"', '"env:${DB_OTHER}"'), 'config/connections.yml:7:17: env: is not followed by the name of a variable (connections.sources.SHOP_RO.password)', 'Write env: and the name of a variable, without $ and braces.'],
  ['a secret of a file that is not there', connections('"${DB_SHOP_RO_PASSWORD}"', 'file:../secrets/db'), "config/connections.yml:7:17: the secret's file /srv/shop/secrets/db cannot be read: ENOENT (connections.sources.SHOP_RO.password)", 'Correct the path, which is taken from the configuration directory, or the rights of the file.'],
  ['a secret of AWS without a name', connections('"${DB_SHOP_RO_PASSWORD}"', '"aws-sm:"'), 'config/connections.yml:7:17: aws-sm: is not followed by the name or ARN of a secret, and # with a key of its JSON if it has keys (connections.sources.SHOP_RO.password)', 'Write aws-sm:shop/mysql or aws-sm:shop/mysql#password.'],
  ['a parameter of AWS with a key', connections('"${DB_SHOP_RO_PASSWORD}"', '"aws-ssm:/shop/db#password"'), 'config/connections.yml:7:17: aws-ssm: is not followed by the name or ARN of a parameter (connections.sources.SHOP_RO.password)', 'Write aws-ssm:/shop/mysql/password.'],
  ['a secret of AWS whose name needs a variable', connections('"${DB_SHOP_RO_PASSWORD}"', '"aws-sm:${CONFIG_STAGE}/db"'), 'config/connections.yml:7:25: the variable CONFIG_STAGE is not set (connections.sources.SHOP_RO.password)', 'Set CONFIG_STAGE in the environment or in .env beside the configuration directory.'],
];

describe('a value that cannot be had stops only those who need it', () => {
  for (const [name, files, message, remedy, options] of NEEDED) {
    test(name, () => {
      const config = buildConfig(configTexts(files, options));
      for (const ask of [() => config.pipeline('shop'), () => config.sources.get('SHOP_RO')]) {
        const error = errorOf(ask);
        expect([error.message, error.exit, error.remedy]).toEqual([message, 10, [remedy]]);
      }
      expect(config.targets.get('dw').database).toBe('analytics');
      expect(config.validate().map((problem) => problem.message)).toEqual([message]);
      expect(config.outlines.map((outline) => outline.sourceDatabase)).toEqual(['sales']);
    });
  }

  test('the pipeline of another source runs', () => {
    const other = `    CRM_RO: { host: crm.example.com, database: crm, username: reader, password: "\${DB_CRM_PASSWORD}" }\n  targets:\n`;
    const config = buildConfig(configTexts({ ...connections('  targets:\n', other), 'pipelines/shop.yml': PIPELINE, 'pipelines/crm.yml': 'pipeline: { source: CRM_RO, target: dw }\n' }));
    expect(config.pipeline('shop').tables).toHaveLength(1);
    expect(errorOf(() => config.pipeline('crm')).code).toBe('CONFIG_UNSET_VARIABLE');
    expect(config.validate()).toHaveLength(1);
  });
});

describe('all problems at once', () => {
  const files = {
    ...connections('database: sales', 'databse: sales'),
    'pipelines/shop.yml': 'pipeline:\n  source: NOWHERE\n  target: dw\n  processing: { batch_size: -1 }\ntables:\n  orders:\n',
    'pipelines/broken.yml': 'pipeline: {\n',
    'templates/a.yml': 'extends: a\n',
  };

  test('of all files, in the order of files and lines, unset variables too', () => {
    const error = errorOf(() => buildConfig(configTexts(files, { variables: {} })));
    expect(error.message.split('\n').map((line) => line.trim().split(' ').slice(0, 6).join(' '))).toEqual([
      '8 problems in the configuration:',
      'config/connections.yml:5:7: unknown key "databse" in connections.sources.SHOP_RO;',
      'config/connections.yml:7:18: the variable DB_SHOP_RO_PASSWORD is not',
      'config/connections.yml:13:18: the variable REDSHIFT_PASSWORD is not',
      'config/pipelines/broken.yml:2:1: the indentation is wrong, or',
      'config/pipelines/shop.yml:2:11: pipeline.source names the source "NOWHERE",',
      'config/pipelines/shop.yml:4:29: pipeline.processing.batch_size is -1; allowed: a',
      'config/pipelines/shop.yml:6:3: "orders" in tables is not',
      'config/templates/a.yml:1:10: templates extend each other in',
    ]);
    expect(error.code).toBe('CONFIG_UNKNOWN_KEY');
  });

  test('each has a frame', () => {
    const [first] = problemsOf(() => buildConfig(configTexts(files)));
    expect(first).toEqual({
      code: 'CONFIG_UNKNOWN_KEY',
      message: 'config/connections.yml:5:7: unknown key "databse" in connections.sources.SHOP_RO; the nearest known one is "database"',
      file: 'config/connections.yml',
      line: 5,
      column: 7,
      path: 'connections.sources.SHOP_RO.databse',
      found: 'databse',
      allowed: known(SOURCE_SCHEMA).split(', '),
      remedy: 'Write database instead of databse.',
      frame: ['  3 |     SHOP_RO:', '  4 |       host: mysql.example.com', '> 5 |       databse: sales', '    |       ^^^^^^^', '  6 |       username: reader', '  7 |       password: "${DB_SHOP_RO_PASSWORD}"'].join('\n'),
    });
  });
});
