import { readFileSync, readdirSync } from 'node:fs';

/** The process ids of all descendants of a process, nearest first, read from /proc. */
export function childProcesses(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), parentOf(entry));
  }
  const found: number[] = [];
  let generation = [pid];
  while (generation.length > 0) {
    const current = new Set(generation);
    generation = [...parents].filter(([, parent]) => current.has(parent)).map(([child]) => child);
    found.push(...generation);
  }
  return found;
}

/** The parent's id from /proc/PID/stat; the program name in parentheses may hold blanks and parentheses itself (proc(5)). */
function parentOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
