import type { LateCommits, ResolvedReading } from '@tidemark/config';
import type { ReadingRule } from '@tidemark/domain';

/** What is done about rows committed late; a snapshot has none. */
export function lateCommitsOf(reading: ResolvedReading): LateCommits {
  return 'lateCommits' in reading ? reading.lateCommits : 'accept';
}

/** What decides which rows are read by these settings. */
export function readingRule(reading: ResolvedReading, epoch: number): ReadingRule {
  return { epoch, strategy: reading.strategy, additional_where: reading.additionalWhere, custom_query: reading.strategy === 'custom_sql' ? reading.query : null };
}

/** A rule for people. */
export function conditionText({ additional_where: condition, custom_query: query }: ReadingRule): string {
  const [where, from] = [condition === null ? 'without additional_where' : `where ${condition}`, query === null ? '' : ` from (${query})`];
  return `${where}${from}`;
}
