import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { startS3Emulator } from '../src/start-s3-emulator.ts';
import type { S3Emulator, S3EmulatorOptions } from '../src/start-s3-emulator.ts';

export const BUCKET = 'shop-data';
const REGION = 'eu-central-1';
const ACCESS_KEY_ID = 'AKIATEST';
const SECRET = 'test-secret';

/** An emulator over a new folder, and a client of it. */
export interface TestEmulator extends AsyncDisposable {
  readonly dataDir: string;
  readonly emulator: S3Emulator;
  readonly client: S3Client;
  makeClient(settings?: Partial<S3ClientConfig>): S3Client;
  /** Stops the emulator and starts another one over the same folder. */
  restart(): Promise<void>;
}

export async function startTestEmulator(options: Partial<S3EmulatorOptions> = {}): Promise<TestEmulator> {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-emulator-'));
  const clients: S3Client[] = [];
  const start = (): Promise<S3Emulator> =>
    startS3Emulator({ dataDir, region: REGION, buckets: [BUCKET], accessKeys: { [ACCESS_KEY_ID]: { secret: SECRET } }, ...options });
  let emulator = await start();
  const makeClient = (settings: Partial<S3ClientConfig> = {}): S3Client => {
    const client = new S3Client({
      endpoint: emulator.url, region: REGION, forcePathStyle: true, maxAttempts: 1, requestStreamBufferSize: 65_536,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET }, ...settings,
    });
    clients.push(client);
    return client;
  };
  let client = makeClient();
  return {
    dataDir,
    get emulator() {
      return emulator;
    },
    get client() {
      return client;
    },
    makeClient,
    restart: async () => {
      await emulator.close();
      emulator = await start();
      client = makeClient();
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of clients) each.destroy();
      await emulator.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The target of {@link startTestEmulator} as the conformance suite describes one. */
export function targetOf({ emulator }: TestEmulator) {
  return { url: emulator.url, region: REGION, accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET, bucketPrefix: 'test-' };
}
