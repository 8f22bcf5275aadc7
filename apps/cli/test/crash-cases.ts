import { crashPointName, RUN_CRASH_POINTS, type CrashPoint } from '@tidemark/sync-engine/testing';
import type { PlannedCrash } from './planned-crash.ts';

/** One run that breaks, on a table of its own. */
export interface CrashCase {
  readonly table: string;
  readonly point: CrashPoint;
  readonly name: string;
  readonly phase: 'first load' | 'increment';
  readonly crashes: readonly PlannedCrash[];
}

/** Requests that a run of several batches makes more than once: increments break at the second one. */
const REPEATED = new Set(['watermarks.read', 'watermarks.write', 'manifests.publish', 'manifests.writeCopyManifest', 'source.read', 'partWriter.write', 'partWriter.finish', 'target.prepare', 'target.load']);

/** Requests that leave something behind; a first load breaks at them too, at the first one, once it is through. */
const WRITES = new Set(['leases.acquire', 'watermarks.write', 'manifests.publish', 'manifests.writeCopyManifest', 'partWriter.finish', 'target.fence', 'target.prepare', 'target.load']);

/** Made only when a batch is given up: its writer's answer is lost first. */
const GIVING_UP = 'partWriter.abort';

function crashesAt(point: CrashPoint, nth: number): readonly PlannedCrash[] {
  const planned = { point, nth };
  const request = `${point.port}.${point.method}`;
  return request === GIVING_UP ? [{ point: { port: 'partWriter', method: 'write', moment: 'answer-lost' }, nth: 1 }, planned] : [planned];
}

function caseOf(point: CrashPoint, phase: CrashCase['phase'], number: number): CrashCase {
  const nth = phase === 'increment' && REPEATED.has(`${point.port}.${point.method}`) ? 2 : 1;
  const table = `${phase === 'increment' ? 'inc' : 'first'}_${String(number).padStart(3, '0')}`;
  return { table, point, phase, name: `${phase}, ${crashPointName(point)}`, crashes: crashesAt(point, nth) };
}

/** Every crash point in an increment with rows that were committed late, and after every write of a first load. */
export const CRASH_CASES: readonly CrashCase[] = [
  ...RUN_CRASH_POINTS.map((point, index) => caseOf(point, 'increment', index + 1)),
  ...RUN_CRASH_POINTS.filter(({ port, method, moment }) => moment !== 'before' && WRITES.has(`${port}.${method}`)).map((point, index) => caseOf(point, 'first load', index + 1)),
];
