import { durationText } from './quantity-text.ts';

/** A rate over less than this says nothing yet. */
const EARLIEST_SECONDS = 2;

/** How long the rest takes at the rate so far, as `about 40 s left`; null where that is not known. Rows to read are an estimate, hence about. */
export function timeLeftText(rows: number, rowsToRead: number | null, seconds: number): string | null {
  if (rowsToRead === null || rows === 0 || rows >= rowsToRead || seconds < EARLIEST_SECONDS) return null;
  const left = Math.ceil(((rowsToRead - rows) / rows) * seconds);
  return `about ${left < 60 ? `${left} s` : durationText(left)} left`;
}
