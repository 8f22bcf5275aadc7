/**
 * A consumer in plain JavaScript, run in a folder in which the packages are installed: it uses what the examples of the READMEs, which
 * need servers, cannot show without one. `node consumer.mjs CONFIG`, CONFIG being a configuration directory.
 */
import assert from 'node:assert/strict';
import { COMMANDS } from '@tidemark/cli';
import { resolveTable } from '@tidemark/config';
import { loadConfig } from '@tidemark/config/node';
import { ConnectionRegistry } from '@tidemark/connections';
import { isTidemarkError, Secret } from '@tidemark/domain';
import { TableReader } from '@tidemark/extractor';
import { COMMANDS as S3CLEAN } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK } from '@tidemark/plugin-watermark/every-command';
import { ledgerTable } from '@tidemark/redshift-loader';
import { MemoryWorld } from '@tidemark/sync-engine/testing';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { openTunnel } from '@tidemark/tunnel';

const nobody = { host: '127.0.0.1', port: 1 };

/** The code with which a promise is rejected. */
const codeOf = async (promise) => await promise.then(
  () => assert.fail('it should have failed'),
  (error) => (isTidemarkError(error) ? error.code : assert.fail(error)),
);

const config = await loadConfig({ directory: process.argv[2], variables: { DB_SHOP_RO_USER: 'a', DB_SHOP_RO_PASSWORD: 'b', REDSHIFT_USER: 'c', REDSHIFT_PASSWORD: 'd' } });
const pipeline = config.pipeline('shop_pipeline');
assert.equal(resolveTable(pipeline, 'orders').scopedName, 'SHOP_RO:sales.orders');
assert.equal(`${pipeline.source.password}`, '[secret]');

const pool = { minConnections: 0, maxConnections: 1, retryAttempts: 1 };
const source = { ...nobody, name: 'SHOP_RO', database: 'sales', username: 'reader', password: new Secret('x'), tls: { mode: 'disabled' }, pool };
await using registry = new ConnectionRegistry({ sources: [source], targets: [] });
assert.equal(await codeOf(registry.source('SHOP_RO').take()), 'SOURCE_UNREACHABLE');

const reader = new TableReader({ openConnection: () => registry.source('SHOP_RO').take(), killQuery: async () => undefined }, { progressTimeoutMs: 1000 });
assert.equal(await codeOf(reader.describe('sales', 'orders')), 'SOURCE_UNREACHABLE');

const way = {
  ...nobody, username: 'etl', password: new Secret('x'), privateKeyPath: null, passphrase: null, agentSocket: null, knownHostsPath: null, hostKeySha256: 'SHA256:x',
  jump: [], localPort: 0, keepaliveMs: 1000, connectTimeoutMs: 1000,
};
assert.equal(await codeOf(openTunnel(way, nobody)), 'TUNNEL_UNREACHABLE');

assert.match(ledgerTable({ schema: 'reporting', table: 'orders', workSchema: 'work' }).table, /^tidemark_ledger__/);
assert.equal(typeof openPipeline, 'function');
for (const name of ['sync pipeline', 'config setup', 'watermark get', 's3clean list']) {
  const id = name.replaceAll(' ', ':');
  assert.ok([COMMANDS, WATERMARK, S3CLEAN].some((commands) => Object.hasOwn(commands, id)), `there is no command ${name}`);
}

// A whole pipeline in one process, its state documents and its engine the real ones.
const world = new MemoryWorld();
for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
world.source.advance(5_000_000n);
const result = await world.sync();
assert.deepEqual([result.status, result.summary.total_rows_processed], ['success', 25]);
assert.deepEqual(world.target.rows(), world.source.rows());
console.log('a consumer in JavaScript works');
