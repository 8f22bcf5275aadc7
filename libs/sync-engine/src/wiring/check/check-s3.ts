import type { ResolvedS3 } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import { openStore } from '../open-store.ts';
import { checkClock, type CheckLog } from './connection-report.ts';

/** Tries a bucket step by step. Changes nothing but a probe object, which is deleted again. */
export async function checkS3(s3: ResolvedS3, log: CheckLog, logger: Logger): Promise<void> {
  log.done('configuration', `${s3.bucket} in ${s3.region}${s3.endpoint === null ? '' : ` at ${s3.endpoint}`}`);
  const store = await openStore(s3, logger);
  const place = (prefix: string): string => (prefix === '' ? 'the bucket’s root' : prefix);
  try {
    const askedMs = Date.now();
    const now = await store.serverNow();
    log.done('reachable', 'it answers');
    for await (const object of store.list(s3.incrementalPath)) {
      void object;
      break;
    }
    log.done('listing', `below ${place(s3.incrementalPath)}`);
    await store.probeConditionalWrites(s3.watermarkPath);
    log.done('write, read, delete', `below ${place(s3.watermarkPath)}`);
    log.done('conditional writes', 'honoured');
    // The date of the answer has whole seconds.
    checkClock(log, now.getTime() + 500, askedMs, askedMs);
  } finally {
    store.close();
  }
}
