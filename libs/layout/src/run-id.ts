/**
 * The identity of a run: `sync_YYYYMMDD_HHMMSS_xxxxxxxx`, in UTC.
 * @param random at least 4 random bytes
 */
export function runId(at: Date, random: Uint8Array): string {
  if (random.length < 4) throw new RangeError('A run id needs 4 random bytes.');
  const [, year, month, day, hour, minute, second] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(at.toISOString()) as unknown as string[];
  return `sync_${year}${month}${day}_${hour}${minute}${second}_${Buffer.from(random.subarray(0, 4)).toString('hex')}`;
}
