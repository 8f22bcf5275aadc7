import { fail, ok } from 'node:assert/strict';
import { S3ServiceException } from '@aws-sdk/client-s3';

/** Waits for a request to be refused with this status and, where an answer has a body, this code. */
export async function expectError(request: Promise<unknown>, status: number, code?: string): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    const seen = `${error.$metadata.httpStatusCode} ${error.name}`;
    ok(error.$metadata.httpStatusCode === status && (code === undefined || error.name === code), `expected ${status} ${code ?? ''}, got ${seen}: ${error.message}`);
    return;
  }
  fail(`expected ${status} ${code ?? ''}, but the request succeeded`);
}
