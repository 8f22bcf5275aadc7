import { describe, expect, test, vi } from 'vitest';
import { ConfigRoom } from './config-room.ts';
import { EVERY_COMMAND, fullCommandLine } from './every-command.ts';
import type { Ended } from './program.ts';
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

/** Configurations that go wrong, each in its way: the commands end where they read it. */
const WRONG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'secrets stand in places that are wrong': {
    'config/connections.yml': CONNECTIONS.replace('"${DB_SOURCE}" }', `${JSON.stringify(SOURCE)}, pasword: ${JSON.stringify(TARGET)}, port: ${JSON.stringify(TUNNEL)} }`).replace('force_path_style: true', `secret_key: [${JSON.stringify(KEY)}]\n    token: { deep: ${JSON.stringify(TOKEN)} }`),
  },
  'a variable with a secret fills a value that is checked': { 'config/connections.yml': CONNECTIONS.replace('region: eu-central-1', 'region: "${S3_KEY}"').replace('host: 127.0.0.1, port: 1, database: sales', 'host: "x ${DB_SOURCE}", port: 1, database: sales') },
};

const LINES = Object.entries(EVERY_COMMAND).map(([id, command]) => [...fullCommandLine(id, command), '--log-level', 'debug', '--json']);

async function roomWith(files: Readonly<Record<string, string>>): Promise<ConfigRoom> {
  return await ConfigRoom.make({ 'dw-password': `${TARGET}\n`, 'config/connections.yml': CONNECTIONS, 'config/pipelines/shop_pipeline.yml': PIPELINE, ...files });
}

/** None shows a secret, says nothing, or ends by a fault of its own: 70 has no code, and null was a signal. */
function expectNothingShown(ends: readonly Ended[]): void {
  expect(ends).toHaveLength(LINES.length);
  for (const [index, { code, stdout, stderr }] of ends.entries()) {
    const line = LINES[index]!.join(' ');
    expect(foundSecrets(`${stdout}${stderr}`, SECRETS), line).toEqual([]);
    expect(`${stdout}${stderr}`.trim(), `${line} says nothing`).not.toBe('');
    expect([null, 70], `${line}: ${stderr}`).not.toContain(code);
  }
}

/** Runs four at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await work(next[1]);
  }));
  return results;
}

describe('P6: no command shows a secret, at the most verbose level', () => {
  test('where everything is right and nothing can be reached', async () => {
    await using room = await roomWith({});
    expectNothingShown(await inTurns(LINES, async (line) => await room.run(line, VARIABLES)));
  });

  test.each(Object.keys(WRONG))('where %s', async (name) => {
    await using room = await roomWith(WRONG[name]!);
    const ends = await room.runAll(LINES, VARIABLES);
    expectNothingShown(ends);
    expect(ends.filter(({ code }) => code === 10).length, 'most commands read the configuration').toBeGreaterThan(LINES.length / 2);
  });
});

test('the search finds every form, so that finding nothing means something', () => {
  for (const form of secretForms(SOURCE)) expect(foundSecrets(`before ${form} after`, SECRETS)).not.toEqual([]);
  expect(foundSecrets('nothing of it', SECRETS)).toEqual([]);
});
