import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

// A client that a test kills while its request is held: `put-and-wait.ts URL KEY`.
const [url, key] = process.argv.slice(2);
const client = new S3Client({ endpoint: url, region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' } });
await client.send(new PutObjectCommand({ Bucket: 'shop-data', Key: key, Body: 'from a process that is killed', IfNoneMatch: '*' }));
