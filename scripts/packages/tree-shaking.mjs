/** Bundles one name of each entry out of the installed packages: what it does not need must not come with it. */
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** One export of each entry that needs little, with the packages that it may bring besides its own. */
const SMALL = {
  '@tidemark/aws-auth': ['AwsLoginError', '@tidemark/domain'],
  '@tidemark/cdc-strategies': ['tickBound'],
  '@tidemark/cli-kit': ['durationText'],
  '@tidemark/cli-kit/metrics': ['RunMetrics', '@opentelemetry/api', 'bintrees', 'prom-client', 'tdigest'],
  '@tidemark/cli-kit/telemetry': ['eventTelemetry', '@opentelemetry/api'],
  '@tidemark/config': ['findPipelineForTable', '@tidemark/domain'],
  '@tidemark/config/node': ['findDirectory', '@tidemark/domain'],
  '@tidemark/connections': ['connectWithTries', '@tidemark/domain'],
  '@tidemark/ddl-optimizer': ['createTableSql', '@tidemark/domain'],
  '@tidemark/domain': ['parseTableName'],
  '@tidemark/extractor': ['describeTable', '@tidemark/domain'],
  '@tidemark/layout': ['runId'],
  '@tidemark/parquet-writer': ['minimalDecimalLength'],
  '@tidemark/redshift-loader': ['ledgerTable'],
  '@tidemark/s3-store': ['StoreError', '@tidemark/domain'],
  '@tidemark/secrets-aws': ['SecretError', '@tidemark/domain'],
  '@tidemark/sync-engine': ['SyncError', '@tidemark/domain'],
  '@tidemark/sync-engine/engine': ['reconcile', '@tidemark/domain'],
  '@tidemark/sync-engine/standing': ['listStrategies', '@tidemark/domain'],
  '@tidemark/sync-engine/wiring': ['WiringError', '@tidemark/domain'],
  '@tidemark/tunnel': ['judgeHostKey'],
  '@tidemark/watermark': ['WatermarkError', '@tidemark/domain'],
};

/** The most modules of its own library that one of them may bring. */
const MOST_MODULES = 10;

/** Exports that do much, and packages that they must not bring: the drivers of the other side. */
const WITHOUT = [
  ['@tidemark/aws-auth', 'rdsLogin', ['@aws-sdk/client-redshift', '@aws-sdk/client-redshift-serverless']],
  ['@tidemark/connections', 'RedshiftPool', ['mysql2']],
  ['@tidemark/connections', 'MysqlPool', ['pg']],
  ['@tidemark/s3-store/testing', 'createMemoryStore', ['@aws-sdk/client-s3', '@smithy/core']],
  ['@tidemark/sync-engine', 'syncPipeline', ['mysql2', 'pg', 'ssh2', '@aws-sdk/client-s3', '@dsnp/parquetjs']],
  ['@tidemark/watermark', 'createLeaseStore', ['@aws-sdk/client-s3']],
];

const VIRTUAL = 'only-one-name.js';

/** How many modules of each package are in a bundle that exports one name of an entry. */
async function modulesByPackage(project, entry, name) {
  const bundle = await rolldown({
    cwd: project, input: VIRTUAL, platform: 'node', logLevel: 'silent', external: /\.node$/,
    plugins: [{
      name: 'only-one-name',
      resolveId: (id) => (id === VIRTUAL ? join(project, VIRTUAL) : null),
      load: (id) => (id === join(project, VIRTUAL) ? `export { ${name} } from '${entry}';` : null),
    }],
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  const counts = new Map();
  for (const { type, modules } of output) {
    if (type !== 'chunk') continue;
    for (const [id, { renderedLength }] of Object.entries(modules)) {
      const path = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
      if (path !== undefined && renderedLength > 0) counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * @param project a folder in which the packages are installed
 * @param entries every entry of every library, those for tests left out
 * @returns what is wrong
 */
export async function checkTreeShaking(project, entries) {
  const failures = entries.filter((entry) => !Object.hasOwn(SMALL, entry)).map((entry) => `scripts/packages/tree-shaking.mjs names no export of ${entry} that stands alone`);
  for (const [entry, [name, ...allowed]] of Object.entries(SMALL)) {
    const own = entry.split('/').slice(0, 2).join('/');
    const counts = await modulesByPackage(project, entry, name);
    const brought = [...counts.keys()].filter((id) => id !== own && !allowed.includes(id));
    if (brought.length > 0) failures.push(`${name} of ${entry} brings ${brought.join(', ')} into a bundle`);
    const count = counts.get(own) ?? 0;
    if (count === 0 || count > MOST_MODULES) failures.push(`${name} of ${entry} brings ${count} modules of ${own} into a bundle; allowed: 1 to ${MOST_MODULES}`);
  }
  for (const [entry, name, absent] of WITHOUT) {
    const counts = await modulesByPackage(project, entry, name);
    const brought = absent.filter((id) => counts.has(id));
    if (brought.length > 0) failures.push(`${name} of ${entry} brings ${brought.join(', ')} into a bundle`);
  }
  return failures;
}
