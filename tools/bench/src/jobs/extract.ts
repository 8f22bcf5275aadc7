import { Secret } from '@tidemark/domain';
import { createPartWriter, encoderThreads, snappyImplementation, type EncoderThreads, type SinkOpener } from '@tidemark/parquet-writer';
import { createS3Store } from '@tidemark/s3-store';
import { discardingSink } from './discarding-sink.ts';
import type { BucketAddress, Job, Measured, SourceAddress, Surroundings } from './job.ts';
import { measure, type Outcome } from './measure.ts';
import { SourceReader } from './source-reader.ts';

/** The default of `target_file_mb`. */
const TARGET_FILE_BYTES = 64 * 1024 * 1024;

/** The whole extraction to Snappy parts, with sha256 and every check, into a sink that discards. */
export async function extractToNowhere(job: Job, { source }: Surroundings): Promise<Measured> {
  const reader = await prepared(source, job.table);
  await using threads = threadsOf(job);
  return await measure(() => extract(reader, job, threads, () => Promise.resolve(discardingSink())));
}

/** The same, uploaded to S3. */
export async function extractToS3(job: Job, { source, bucket }: Surroundings): Promise<Measured> {
  const reader = await prepared(source, job.table);
  const store = openStore(bucket);
  await using threads = threadsOf(job);
  const keys: string[] = [];
  try {
    return await measure(() =>
      extract(reader, job, threads, (key) => {
        keys.push(key);
        return Promise.resolve(store.openUpload(key));
      }),
    );
  } finally {
    await store.deleteMany(keys);
    store.close();
  }
}

/** The table, described; and the compression's addon, which is loaded once per process, as modules are. */
function prepared(source: SourceAddress, table: string): Promise<SourceReader> {
  snappyImplementation();
  return SourceReader.open(source, table);
}

function threadsOf({ task }: Job): EncoderThreads | null {
  return task.way === 'extract' && task.inThread === true ? encoderThreads(1) : null;
}

async function extract(reader: SourceReader, { table, rows }: Job, threads: EncoderThreads | null, openSink: SinkOpener): Promise<Outcome> {
  let batchCount = 0;
  let stagedRows = 0;
  let fileBytes = 0;
  for await (const page of reader.read(rows)) {
    const number = batchCount++;
    const writer = createPartWriter({ openSink, columns: reader.columns, keyOf: (part) => `${table}/${number}/${part}.parquet`, targetFileBytes: TARGET_FILE_BYTES, compression: 'snappy', ...(threads === null ? {} : { threads }) });
    for await (const batch of page) await writer.write(batch);
    for (const part of await writer.finish()) {
      stagedRows += part.rows;
      fileBytes += part.bytes;
    }
  }
  return { rows: stagedRows, fileBytes };
}

/** Over HTTPS, as to S3 itself, the payload is left unsigned; its checksum goes along. */
function openStore({ bucket, region, endpoint, accessKeyId, secretAccessKey }: BucketAddress): ReturnType<typeof createS3Store> {
  return createS3Store({ bucket, region, endpoint, forcePathStyle: true, signPayload: false, credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: null } });
}
