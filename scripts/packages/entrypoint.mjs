/** Starts the installed program as the example container file does, and tells it to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** The program that the container starts: its entrypoint, in exec form. */
function entrypoint(root) {
  const text = readFileSync(join(root, 'examples/schedulers/container/Containerfile'), 'utf8');
  return JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(text)[1]);
}

/** A configuration whose servers are all at one port of this machine. */
function writeConfig(config, port) {
  const place = `host: 127.0.0.1, port: ${port}, database: sales, username: example, password: example`;
  mkdirSync(join(config, 'pipelines'), { recursive: true });
  writeFileSync(join(config, 'connections.yml'), `connections:
  sources: { SHOP_RO: { ${place} } }
  targets: { dw: { ${place} } }
s3_configs:
  s3_main: { bucket_name: example-staging, region: eu-central-1, endpoint: "http://127.0.0.1:${port}", access_key_id: EXAMPLE, secret_access_key: example }
`);
  writeFileSync(join(config, 'pipelines', 'shop_pipeline.yml'), 'pipeline: { source: SHOP_RO, target: dw }\ntables: { sales.orders: { cdc_timestamp_column: updated_at, cdc_id_column: id } }\n');
}

/**
 * A sync against a host that says nothing gets SIGTERM: the program has to hear it and to end by itself.
 *
 * @param project a folder in which the packages are installed
 * @param root the workspace
 * @returns what is wrong
 */
export async function checkEntrypoint(project, root) {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const config = join(project, 'config');
  writeConfig(config, silent.address().port);
  const [program, ...args] = entrypoint(root);
  const environment = { PATH: `${join(project, 'node_modules/.bin')}:${process.env.PATH}`, HOME: project, TIDEMARK_CONFIG: config };
  const child = spawn(program, [...args, 'sync', 'pipeline', '-p', 'shop_pipeline', '--quiet'], { cwd: project, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const closed = once(child, 'close');
  await Promise.race([once(silent, 'connection'), closed]);
  child.kill('SIGTERM');
  const [code] = await closed;
  silent.close();
  return code === 143 ? [] : [`the entrypoint of the container file ended with ${code} after SIGTERM: ${said}`];
}
