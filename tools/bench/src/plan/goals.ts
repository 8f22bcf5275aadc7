/** What a figure has to reach. `most` figures are better when smaller. */
export interface Goal {
  readonly sense: 'least' | 'most';
  readonly must: number;
  readonly aim: number;
}

const READING: Goal = { sense: 'least', must: 1.3, aim: 1.6 };
const EXTRACTING: Goal = { sense: 'least', must: 0.9, aim: 1.1 };
const UPLOADING: Goal = { sense: 'least', must: 0.8, aim: 1 };
const WRITING: Goal = { sense: 'least', must: 10, aim: 18 };
const GROWING: Goal = { sense: 'most', must: 1.1, aim: 1 };

/** Goals by the key of the figure; other figures are measured for comparison only. */
export const GOALS: ReadonlyMap<string, Goal> = new Map([
  ['read_vs_cli_narrow', READING],
  ['read_vs_cli_wide', READING],
  ['extract_discard_vs_cli_narrow', EXTRACTING],
  ['extract_discard_vs_cli_wide', EXTRACTING],
  ['extract_vs_cli_narrow', UPLOADING],
  ['extract_vs_cli_wide', UPLOADING],
  ['extract_vs_plain_node_narrow', { sense: 'least', must: 7, aim: 10 }],
  ['writer_vs_append_row_narrow', WRITING],
  ['writer_vs_append_row_wide', WRITING],
  ['peak_rss_mb_narrow', { sense: 'most', must: 300, aim: 220 }],
  ['peak_rss_mb_wide', { sense: 'most', must: 550, aim: 350 }],
  ['cost_per_row_10m_vs_1m', GROWING],
  ['peak_rss_10m_vs_1m', GROWING],
]);

export type Verdict = 'aim met' | 'must met' | 'missed' | 'no goal';

export function verdictOn(value: number, goal: Goal | undefined): Verdict {
  if (goal === undefined) return 'no goal';
  const reaches = (limit: number): boolean => (goal.sense === 'least' ? value >= limit : value <= limit);
  if (reaches(goal.aim)) return 'aim met';
  return reaches(goal.must) ? 'must met' : 'missed';
}
