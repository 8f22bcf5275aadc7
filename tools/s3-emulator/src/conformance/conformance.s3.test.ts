import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startS3Emulator } from '../start-s3-emulator.ts';
import type { S3Emulator } from '../start-s3-emulator.ts';
import { CONFORMANCE_CHECKS } from './conformance-checks.ts';
import { targetFromEnvironment } from './conformance-target.ts';
import { openConformance } from './open-conformance.ts';
import type { OpenConformance } from './open-conformance.ts';

let dataDir: string | undefined;
let emulator: S3Emulator | undefined;
let conformance: OpenConformance;

beforeAll(async () => {
  let target = targetFromEnvironment(process.env);
  if (!target) {
    dataDir = await mkdtemp(join(tmpdir(), 's3-conformance-'));
    emulator = await startS3Emulator({ dataDir, region: 'eu-central-1', accessKeys: { AKIATEST: { secret: 'test-secret' } } });
    target = { url: emulator.url, region: 'eu-central-1', accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret', bucketPrefix: 'conformance-' };
  }
  conformance = await openConformance(target);
});

afterAll(async () => {
  await conformance?.close();
  await emulator?.close();
  if (dataDir) await rm(dataDir, { recursive: true });
});

for (const [subject, checks] of Object.entries(CONFORMANCE_CHECKS)) {
  describe(subject, () => {
    for (const check of checks) test(check.name, () => check.run(conformance.context));
  });
}
