/** Crockford's alphabet: no I, L, O, U. https://github.com/ulid/spec */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BYTES = 10;

/**
 * The id of a snapshot set: a ULID, whose text sorts by the time it was made.
 * @param random at least 10 bytes that nobody can guess
 */
export function snapshotId(at: Date, random: Uint8Array): string {
  if (random.length < RANDOM_BYTES) throw new RangeError(`a snapshot id needs ${RANDOM_BYTES} random bytes`);
  let bits = BigInt(at.getTime());
  for (const byte of random.subarray(0, RANDOM_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let place = 0; place < 26; place++) {
    text = `${ALPHABET[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text;
}
