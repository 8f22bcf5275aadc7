import { createHmac } from 'node:crypto';
import type { Secret } from '@tidemark/domain';

/**
 * Tells one key of hashed columns from another, in stored documents, without giving it away: it is itself a hash under the key.
 * A changed key is noticed by it.
 */
export function hashKeyFingerprint(key: Secret): string {
  return `v1:${createHmac('sha256', key.reveal()).update('tidemark hash key fingerprint').digest('hex').slice(0, 16)}`;
}
