import { startS3 } from '@tidemark/local-stack';

const BUCKET = 'bench';

/** The S3 emulator in a process of its own; it ends with the process that started it. */
process.once('disconnect', () => process.exit(0));
const { endpoint, region, accessKeyId, secretAccessKey } = await startS3({ buckets: [BUCKET] });
process.send!({ endpoint, region, bucket: BUCKET, accessKeyId, secretAccessKey });
