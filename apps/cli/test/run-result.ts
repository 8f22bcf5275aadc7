import type { PolicyCount, RunResult, TableResult } from '@tidemark/domain';
import type { Ended } from './program.ts';

/** The document that `sync --json` printed. */
export function runResult({ stdout, stderr }: Ended): RunResult {
  try {
    return JSON.parse(stdout) as RunResult;
  } catch {
    throw new Error(`no JSON document: ${stdout}${stderr}`);
  }
}

/** The result of a table of `sales`. */
export function tableResult(ended: Ended, table: string): TableResult {
  const result = runResult(ended).table_results[`sales.${table}`];
  if (result === undefined) throw new Error(`no result for ${table}: ${ended.stdout}`);
  return result;
}

/** `column policy action count`, in order. */
export function policyLines(counts: readonly PolicyCount[]): string[] {
  return counts.map(({ column, policy, action, count }) => `${column} ${policy} ${action} ${count}`).sort();
}
