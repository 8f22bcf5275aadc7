/** The server a conformance run talks to. */
export interface ConformanceTarget {
  /** Path-style address, e.g. `http://127.0.0.1:9000`. */
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Every bucket that is made begins with it. */
  bucketPrefix: string;
}

/**
 * Reads TEST_S3_URL, TEST_S3_ACCESS_KEY_ID, TEST_S3_SECRET_ACCESS_KEY, TEST_S3_REGION and TEST_S3_BUCKET_PREFIX.
 *
 * @returns undefined when TEST_S3_URL is not set
 * @throws Error when it is set and another one is missing
 */
export function targetFromEnvironment(environment: Readonly<Record<string, string | undefined>>): ConformanceTarget | undefined {
  const url = environment['TEST_S3_URL'];
  if (!url) return undefined;
  const read = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`TEST_S3_URL is set, ${name} is not`);
    return value;
  };
  return {
    url: url.replace(/\/$/, ''),
    region: environment['TEST_S3_REGION'] || 'us-east-1',
    accessKeyId: read('TEST_S3_ACCESS_KEY_ID'),
    secretAccessKey: read('TEST_S3_SECRET_ACCESS_KEY'),
    bucketPrefix: environment['TEST_S3_BUCKET_PREFIX'] || 's3-conformance-',
  };
}
