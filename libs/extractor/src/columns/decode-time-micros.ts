import { fractionMicros, minutesAndSeconds } from './clock-time.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { COLON, MINUS, smallInteger } from './digits.ts';
import { storeSafeInteger } from './int64-words.ts';
import { malformed } from './value-problem.ts';

const TIME = 'a time';

/** `[-]hh:mm:ss[.ffffff]`, hours to 838, to signed microseconds. https://dev.mysql.com/doc/refman/8.4/en/time.html */
export function decodeTimeMicros(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const isNegative = start < end && wire[start] === MINUS;
  const hours = isNegative ? start + 1 : start;
  const colon = end - hours > 2 && wire[hours + 2] === COLON ? hours + 2 : hours + 3;
  if (end - colon < 6 || wire[colon] !== COLON) throw malformed(column.source, start, end, TIME);
  const hour = smallInteger(wire, hours, colon);
  const rest = minutesAndSeconds(wire, colon + 1);
  const micros = fractionMicros(wire, colon + 6, end);
  if (hour < 0 || hour > 838 || rest < 0 || micros < 0) throw malformed(column.source, start, end, TIME);
  storeSafeInteger(column.int32, column.valueCount++, (hour * 3600 + rest) * 1e6 + micros, isNegative);
  column.size += 8;
  return 8;
}
