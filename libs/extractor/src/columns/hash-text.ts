import { createHmac, createSecretKey } from 'node:crypto';
import type { DecodeKind, Secret } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { DecodeCell } from './column-buffer.ts';
import { appendBytes } from './decode-bytes.ts';
import { mendUtf8 } from './decode-utf8.ts';

/** A shorter key can be guessed by trying. */
const MIN_KEY_BYTES = 16;

/**
 * Writes HMAC-SHA256 of the server's text in 64 lower-case hex digits. Text is hashed as UTF-8, anything else as its digits; equal values
 * give equal hashes under one key, so hashes can be joined on.
 * @param reads how the text would be decoded without the hash
 * @throws ExtractorError `EXTRACTOR_HASH_KEY`
 */
export function hashDecoder(column: string, reads: DecodeKind, key: Secret | null): DecodeCell {
  if (key === null) throw new ExtractorError('EXTRACTOR_HASH_KEY', { message: `Column ${column} is to be hashed, and there is no key.`, details: { column } });
  const bytes = Buffer.from(key.reveal(), 'utf8');
  if (bytes.length < MIN_KEY_BYTES) throw new ExtractorError('EXTRACTOR_HASH_KEY', { message: `Column ${column} is to be hashed, and the key has ${bytes.length} bytes; at least ${MIN_KEY_BYTES} are needed.`, details: { column } });
  const secret = createSecretKey(bytes);
  const hashes = (value: Buffer): Buffer => Buffer.from(createHmac('sha256', secret).update(value).digest('hex'), 'latin1');
  return (buffer, wire, start, end) => {
    const digits = hashes(reads === 'utf8' ? mendUtf8(buffer, wire, start, end) : wire.subarray(start, end));
    return appendBytes(buffer, digits, 0, digits.length);
  };
}
