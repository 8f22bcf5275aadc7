import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OLD_COMMANDS } from '../src/index.ts';
import { renamedCommand } from '../src/old-commands.ts';
import { ConfigRoom, UNREACHABLE } from './config-room.ts';
import type { Ended } from './program.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Every command with every flag that it is known by: group after group. */
const LINES: readonly string[] = [
  'sync pipeline --pipeline shop_pipeline --table sales.orders --table payments --limit 10 --max-chunks 2 --batch-size 5 --backup-only --parallel 2 --source-db sales --target-schema reporting --lease-wait 1s --events --s3-completion-bucket example-markers',
  'sync pipeline -p shop_pipeline -t sales.orders --requeue --allow-rebuild --adopt-table --dedupe-target --json-output out.json --metrics-file out.prom --log-file out.log --quiet --no-color',
  'sync pipeline -p shop_pipeline --redshift-only', 'sync pipeline -p shop_pipeline --dry-run', 'sync pipeline -p shop --max-workers 2', 'sync pipeline -t orders',
  'sync connections -s SHOP_RO -r dw -t sales.orders --strategy hybrid --timestamp-column updated_at --id-column id --load-mode merge --merge-key id --s3-config s3_main --limit 5',
  'sync connections --source SHOP_RO --target dw --table orders --dry-run',
  'sync -t sales.orders -p shop_pipeline', 'sync -t sales.orders -c SHOP_RO --backup-only', 'sync --table orders --connection SHOP_RO', 'sync plan -p shop_pipeline -t sales.orders',
  'sync backfill -p shop_pipeline -t sales.orders --from 2026-01-01 --to 2026-01-02', 'sync backfill -t sales.orders --from-id 1 --to-id 5', 'sync backfill -t sales.orders --hours 2',
  'batches list -t sales.orders -p shop_pipeline', 'batches show 1-000000000001-8aab8407 -t sales.orders', 'batches discard -t sales.orders -p shop_pipeline --yes', 'batches restage -t sales.orders -p shop_pipeline --yes',
  'watermark get -t sales.orders -p shop_pipeline -c SHOP_RO --show-files', 'watermark set -t sales.orders --timestamp 2026-01-01 --id 5 --preserve-files --accept-duplicates --yes', 'watermark reset -t sales.orders --preserve-files --force --yes', 'watermark list -p shop_pipeline',
  'watermark history -t sales.orders', 'watermark rollback -t sales.orders --to-epoch 1 --yes', 'watermark repair -t sales.orders --from-ledger --yes', 'watermark import -t sales.orders --source-time-zone UTC --rewind 24h --yes',
  'watermark count set -t sales.orders -p shop_pipeline -c SHOP_RO --count 5 --yes', 'watermark count validate -t sales.orders -p shop_pipeline -c SHOP_RO',
  's3clean list -t sales.orders -p shop_pipeline -c SHOP_RO --older-than 7d --pattern *.parquet --show-timestamps', 's3clean clean -t sales.orders -p shop_pipeline -c SHOP_RO --older-than 7d --pattern *.parquet --dry-run --include-unloaded --simple-delete',
  's3clean clean -t sales.orders --include-unloaded --confirm-table sales.orders --accept-duplicates --yes', 's3clean clean-all -p shop_pipeline --older-than 7d --force', 's3clean orphans -p shop_pipeline --older-than 7d --pattern *.parquet --simple-delete --yes',
  'config setup', 'config list-pipelines', 'config show-pipeline -p shop_pipeline', 'config show-pipeline shop', 'config validate-pipeline -p shop_pipeline --live', 'config status', 'config explain batch_size -p shop_pipeline', 'config import . --to imported --force --dry-run',
  'connections list', 'connections test SHOP_RO', 'connections test --all', 'connections test --type mysql', 'connections test --type redshift', 'connections test --type s3', 'connections info SHOP_RO', 'connections health',
  'cdc strategies', 'cdc validate -t sales.orders -p shop_pipeline', 'cdc test-strategy -t sales.orders -p shop_pipeline',
  'column-mappings list -t sales.orders', 'column-mappings show -t sales.orders', 'column-mappings clear -t sales.orders --yes', 'completion-markers list -p shop_pipeline', 'completion-markers write -t sales.orders -p shop_pipeline --status SUCCESS --yes',
  'status', 'status -p shop_pipeline --live', 'info', 'version', 'features',
];

const OLD = Object.values(OLD_COMMANDS).flat();
const ALL = [...new Set([...LINES, ...OLD.flatMap(({ old, now }) => [old, now])])];

/** What a person is asked for at a terminal. */
const ANSWERS = '--source SHOP_RO --source-host mysql.example.com --source-database sales --source-user reader --target dw --target-host warehouse.example.com --target-database analytics --target-schema public --target-user loader --bucket example-staging --region eu-central-1 -p shop_pipeline -t sales.orders --to made --force';

/** A shell's words; only single quotes are meant. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => (quoted ?? bare)!);
}

const FILES = {
  'config/connections.yml': UNREACHABLE,
  'config/pipelines/shop_pipeline.yml': 'pipeline: { name: shop, source: SHOP_RO, target: dw, completion_markers: { bucket: example-markers } }\ntables:\n  sales.orders: {}\n  sales.payments: {}\n',
};

let room: ConfigRoom;
let ends: ReadonlyMap<string, Ended>;
beforeAll(async () => {
  room = await ConfigRoom.make(FILES);
  const ended = await room.runAll(ALL.map((line) => [...renamedCommand(wordsOf(line.endsWith(' setup') ? `${line} ${ANSWERS}` : line)).argv, '--json']), { DB_PASSWORD: 'example-password', S3_KEY: 'example-key', ENABLE_MULTI_SCHEMA: 'true' });
  ends = new Map(ALL.map((line, index) => [line, ended[index]!]));
});
afterAll(async () => await room[Symbol.asyncDispose]());

/** Why the program does not take a command line; null when it takes it, whatever comes of it. */
function refusal({ code, stdout, stderr }: Ended): string | null {
  if (code !== 2 && code !== 70) return null;
  return `${code}: ${stdout}${stderr}`;
}

test.each(LINES)('the program takes %s', (line) => {
  expect(refusal(ends.get(line)!)).toBeNull();
});

describe('of the replaced tool', () => {
  test.each(OLD.map(({ old, now }) => [old, now] as const))('%s is taken, and %s does the same', (old, now) => {
    expect(refusal(ends.get(old)!)).toBeNull();
    expect(refusal(ends.get(now)!)).toBeNull();
    expect(ends.get(old)!.code).toBe(ends.get(now)!.code);
  });
});

test.each([['-h', '--help'], ['-v', '--version'], ['-V', '--version']])('%s alone says what %s says', async (short, long) => {
  const [one, other] = await Promise.all([room.run([short], {}), room.run([long], {})]);
  expect(one).toMatchObject({ code: 0, stdout: other.stdout });
  expect(one.stdout).not.toBe('');
});
