import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ConfigRoom, UNREACHABLE } from './config-room.ts';
import { EVERY_COMMAND } from './every-command.ts';
import type { Ended } from './program.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** The command line of every example in `--help`, without the program's name. */
const EXAMPLES: readonly string[] = Object.entries(EVERY_COMMAND).flatMap(([id, { examples = [] }]) => examples.map((example) => String(example).replace('<%= config.bin %> <%= command.id %>', id.replaceAll(':', ' '))));

/** Asks at a terminal for what is not given. */
const ASKING = 'config setup';
/** Folders that examples name, and the test's own for them. */
const PLACES: Readonly<Record<string, string>> = { '/srv/old': 'old', '--to config': '--to imported', 'config setup --source': 'config setup --to made --source' };

/** What the examples name, as in the docs. */
const FILES = {
  'config/connections.yml': UNREACHABLE,
  'config/environments/staging.yml': 'connections: { targets: { dw: { database: staging } } }\n',
  'config/environments/qa.yml': 'connections: { targets: { dw: { database: qa } } }\n',
  'config/pipelines/shop_pipeline.yml': 'pipeline: { source: SHOP_RO, target: dw, completion_markers: { bucket: example-markers } }\ntables:\n  sales.orders: { lookback: 15m }\n  sales.customers: {}\n',
  'old/.env': 'DB_HOST=mysql.example.com\nDB_USER=reader\nDB_PASSWORD=example\nDB_DATABASE=sales\nREDSHIFT_HOST=warehouse.example.com\nREDSHIFT_USER=loader\nREDSHIFT_PASSWORD=example\nREDSHIFT_DATABASE=dev\nS3_BUCKET_NAME=example-staging\nS3_REGION=eu-central-1\n',
  'old/config/connections.yml': 'connections:\n  sources:\n    SHOP_RO: { host: mysql.example.com, database: sales, username: reader, password: "${DB_PASSWORD}" }\n  targets:\n    dw: { host: warehouse.example.com, database: dev, username: loader, password: "${REDSHIFT_PASSWORD}" }\ns3_configs:\n  s3_main: { bucket_name: example-staging, region: eu-central-1 }\n',
};

let room: ConfigRoom;
let ends: readonly Ended[];
beforeAll(async () => {
  room = await ConfigRoom.make(FILES);
  const lines = EXAMPLES.map((example) => wordsOf(Object.entries(PLACES).reduce((line, [place, own]) => line.replace(place, own), example)));
  ends = await room.runAll(lines, { DB_PASSWORD: 'example-password', S3_KEY: 'example-key' });
});
afterAll(async () => await room[Symbol.asyncDispose]());

/** A shell's words; the examples have single quotes only. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => (quoted ?? bare)!);
}

test.each(EXAMPLES.map((example, index) => [example, index] as const))('%s', (example, index) => {
  const { code, stdout, stderr } = ends[index]!;
  const said = `${stdout}${stderr}`;
  if (example === ASKING) return expect([code, said]).toEqual([2, expect.stringContaining('There is nobody to ask')]);
  // What cannot be reached is a failure of its own; a line that is not taken, names what is not there, or breaks the program is not.
  expect([2, 10, 20, 21, 70, null], said).not.toContain(code);
  expect(said).not.toBe('');
});

test('they are all there', () => {
  expect(EXAMPLES.length).toBeGreaterThan(Object.keys(EVERY_COMMAND).length);
});
