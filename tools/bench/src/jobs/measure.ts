import { readFileSync } from 'node:fs';
import type { Measured } from './job.ts';

export type Outcome = Pick<Measured, 'rows' | 'fileBytes'>;

/** Runs the work and says what it took. Garbage of the preparation is collected first where Node was started with --expose-gc. */
export async function measure(work: () => Promise<Outcome>): Promise<Measured> {
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const outcome = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs, cpuSeconds: (user + system) / 1e6, peakRssMb: peakRssMb(process.pid), ...outcome };
}

/**
 * Most memory that a process had, from Linux's VmHWM; null elsewhere and for a process that is gone.
 * The maximum of getrusage would count the parent's memory at the time of the fork too.
 */
export function peakRssMb(pid: number): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
