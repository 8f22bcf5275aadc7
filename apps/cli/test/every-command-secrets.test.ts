import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConfigRoom } from './config-room.ts';
import { EVERY_COMMAND, fullCommandLine } from './every-command.ts';
import { foundSecrets, secretForms } from './secret-forms.ts';

vi.setConfig({ testTimeout: 600_000 });

const secret = (name: string): string => `${name}+s3cr3t/ä?&"=%41 ${name}`;
const [SOURCE, TARGET, PASSPHRASE, TUNNEL, KEY, TOKEN, HASH] = ['source', 'target', 'passphrase', 'tunnel', 'key', 'token', 'hash'].map(secret) as [string, string, string, string, string, string, string];
const SECRETS = [SOURCE, TARGET, PASSPHRASE, TUNNEL, KEY, TOKEN, HASH];

/** Nothing listens on port 1 of this machine, so that every connection fails at once. */
const CONNECTIONS = `connections:
  sources:
    SHOP_RO: { host: 127.0.0.1, port: 1, database: sales, username: reader, password: "\${DB_SOURCE}" }
    FAR: { host: 127.0.0.1, port: 1, database: far, username: reader, password: "env:DB_SOURCE", ssh_tunnel: { host: 127.0.0.1, port: 1, username: tunnel, private_key_path: key, passphrase: "\${SSH_PASSPHRASE}", password: "\${SSH_TUNNEL}", host_key_sha256: "SHA256:${'a'.repeat(43)}" } }
  targets:
    dw: { host: 127.0.0.1, port: 1, database: dev, username: loader, password: "file:../dw-password", tls: { mode: disabled } }
s3_configs:
  s3_main:
    bucket_name: example-staging
    region: eu-central-1
    endpoint: http://127.0.0.1:1
    force_path_style: true
    access_key_id: EXAMPLE
    secret_access_key: "\${S3_KEY}"
    session_token: "\${S3_TOKEN}"
    performance: { retry_max_attempts: 1 }
`;
const PIPELINE = 'pipeline: { source: SHOP_RO, target: dw }\ntables:\n  sales.orders: { columns: { hash: [email] } }\n';
const VARIABLES = { DB_SOURCE: SOURCE, SSH_PASSPHRASE: PASSPHRASE, SSH_TUNNEL: TUNNEL, S3_KEY: KEY, S3_TOKEN: TOKEN, TIDEMARK_HASH_KEY: HASH };

/** Configurations that go wrong, each in its way. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'everything is right and nothing can be reached': {},
  'secrets stand in places that are wrong': {
    'config/connections.yml': CONNECTIONS.replace('"${DB_SOURCE}" }', `${JSON.stringify(SOURCE)}, pasword: ${JSON.stringify(TARGET)}, port: ${JSON.stringify(TUNNEL)} }`).replace('force_path_style: true', `secret_key: [${JSON.stringify(KEY)}]\n    token: { deep: ${JSON.stringify(TOKEN)} }`),
  },
  'a variable with a secret fills a value that is checked': { 'config/connections.yml': CONNECTIONS.replace('region: eu-central-1', 'region: "${S3_KEY}"').replace('host: 127.0.0.1, port: 1, database: sales', 'host: "x ${DB_SOURCE}", port: 1, database: sales') },
};

const rooms = new Map<string, ConfigRoom>();
beforeAll(async () => {
  for (const [name, files] of Object.entries(ROOMS)) rooms.set(name, await ConfigRoom.make({ 'dw-password': `${TARGET}\n`, 'config/connections.yml': CONNECTIONS, 'config/pipelines/shop_pipeline.yml': PIPELINE, ...files }));
});
afterAll(async () => {
  for (const room of rooms.values()) await room[Symbol.asyncDispose]();
});

/** Runs four at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  }));
}

describe.each(Object.keys(ROOMS))('P6: %s', (name) => {
  test('no command shows a secret, at the most verbose level', async () => {
    const room = rooms.get(name)!;
    const ends: string[] = [];
    await inTurns(Object.entries(EVERY_COMMAND), async ([id, command]) => {
      const ended = await room.run([...fullCommandLine(id, command), '--log-level', 'debug', '--json'], VARIABLES);
      const output = `${ended.stdout}${ended.stderr}`;
      expect(foundSecrets(output, SECRETS), id).toEqual([]);
      expect(output.length, `${id} says nothing`).toBeGreaterThan(0);
      ends.push(`${id} ${ended.code}`);
    });
    // None ends by a fault of its own, and none is stopped before it began: 70 has no code, 2 is a wrong command line.
    expect(ends.filter((end) => end.endsWith(' 70') || end.endsWith(' null'))).toEqual([]);
    expect(ends).toHaveLength(Object.keys(EVERY_COMMAND).length);
  });
});

test('the search finds every form, so that finding nothing means something', () => {
  for (const form of secretForms(SOURCE)) expect(foundSecrets(`before ${form} after`, SECRETS)).not.toEqual([]);
  expect(foundSecrets('nothing of it', SECRETS)).toEqual([]);
});
