import { SENTINEL_DAY, ZERO_DATE } from './calendar-day.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { ValueProblem } from './value-problem.ts';

/** The day that the policy puts for a zero date, or `ZERO_DATE` for NULL; throws where the policy is to fail. */
export function applyZeroDate(column: ColumnBuffer, wire: Buffer, start: number): number {
  const policy = column.staged.policies.zeroDate ?? 'fail';
  if (policy === 'fail') {
    const isAllZero = wire.toString('latin1', start, start + 10) === '0000-00-00';
    throw new ValueProblem('DATA_ZERO_DATE', column.source, isAllZero ? 'a zero date' : 'a date whose year, month or day is zero');
  }
  column.countPolicy('zero_date', policy);
  return policy === 'sentinel' ? SENTINEL_DAY : ZERO_DATE;
}
