import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { LeaseOwner } from '@tidemark/domain';

/** Who this process is, and whether another one of this host is gone. */
export interface ProcessTable {
  self(): Omit<LeaseOwner, 'run_id'>;
  /** True only when it is certain that the process of this lease runs no more. */
  isDead(owner: LeaseOwner): boolean;
}

/** The processes that this one can see; on systems without /proc nobody is ever certain to be dead. */
export function systemProcessTable(): ProcessTable {
  const host = hostname();
  const bootId = readBootId();
  return {
    self: () => ({ host, pid: process.pid, boot_id: bootId, process_start: readStat(process.pid)?.start ?? null }),
    isDead: (owner) => {
      if (bootId === null || owner.boot_id !== bootId || owner.host !== host) return false;
      if (!exists(owner.pid)) return true;
      const stat = readStat(owner.pid);
      if (stat === null) return false;
      return stat.isFinished || (owner.process_start !== null && stat.start !== owner.process_start);
    },
  };
}

/**
 * The kernel's boot and the PID namespace together: in another namespace, as in another container, the same number is another process.
 * https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
function readBootId(): string | null {
  try {
    const namespace = /\[(\d+)\]/.exec(readlinkSync('/proc/self/ns/pid'))?.[1];
    return namespace === undefined ? null : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${namespace}`;
  } catch {
    return null;
  }
}

/** Asks the kernel, because /proc may hide the processes of other users. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** State and start time (field 22) of a process. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): { readonly start: string; readonly isFinished: boolean } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const start = fields[19];
    return start === undefined ? null : { start, isFinished: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return null;
  }
}
