import { PORT_METHODS, type PortName, type PortRequest, type RequestWrapper } from '../engine/port-methods.ts';

/**
 * `before`: the process ends and the request was never made. `after`: it ends when the request is through.
 * `answer-lost`: the request is through, the process lives and is told that it failed.
 */
export type CrashMoment = 'before' | 'after' | 'answer-lost';

export interface CrashPoint extends PortRequest {
  readonly moment: CrashMoment;
}

const MOMENTS: readonly CrashMoment[] = ['before', 'after', 'answer-lost'];

/** Every place where a run can break, made from the ports: three for each request. */
export const CRASH_POINTS: readonly CrashPoint[] = (Object.keys(PORT_METHODS) as PortName[]).flatMap((port) =>
  PORT_METHODS[port].flatMap((method) => MOMENTS.map((moment) => ({ port, method, moment }))),
);

/** Requests that commands make, and no run. */
const OF_COMMANDS: ReadonlySet<string> = new Set(['leases.inspect', 'watermarks.examine', 'watermarks.overwrite', 'watermarks.history', 'manifests.newestEpoch', 'manifests.listStanding', 'target.countRows', 'source.explain']);

/** Requests that a run makes for some settings only. */
const OF_SETTINGS: ReadonlySet<string> = new Set(['quarantine.put', 'quarantine.read', 'watermarks.findOld', 'source.describeQuery', 'source.openTransactions', 'source.snapshot', 'snapshot.read', 'snapshot.close', 'target.analyze']);

/** Where an ordinary run can break: by increments or pages, with a merge, without rows set aside. */
export const RUN_CRASH_POINTS: readonly CrashPoint[] = CRASH_POINTS.filter((point) => !OF_COMMANDS.has(requestOf(point)) && !OF_SETTINGS.has(requestOf(point)));

/** Where any run can break. */
export const ANY_RUN_CRASH_POINTS: readonly CrashPoint[] = CRASH_POINTS.filter((point) => !OF_COMMANDS.has(requestOf(point)));

function requestOf({ port, method }: PortRequest): string {
  return `${port}.${method}`;
}

/** The name of a crash point, e.g. `manifests.publish:after`. */
export function crashPointName({ port, method, moment }: CrashPoint): string {
  return `${port}.${method}:${moment}`;
}

/** What the dead process's code sees; it reaches nobody but the test. */
export class InjectedCrash extends Error {
  override readonly name = 'InjectedCrash';
}

/** An answer that did not arrive. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/**
 * Breaks a run at the nth time that a crash point is passed. After a crash every further request fails: the process is gone.
 *
 * @param die called instead of going on; a real process kills itself here
 */
export function crashAt(point: CrashPoint, nth: number, die: () => never = throwCrash): RequestWrapper & { readonly hasStruck: boolean } {
  let passed = 0;
  let struck = false;
  let isDead = false;
  const strikes = (request: PortRequest, moment: CrashMoment): boolean => {
    if (request.port !== point.port || request.method !== point.method || moment !== point.moment) return false;
    passed++;
    return passed === nth;
  };
  const dieNow = (): never => {
    struck = true;
    isDead = true;
    return die();
  };
  const refuseDead = (): void => {
    if (isDead) throwCrash();
  };
  const loseAnswer = (): never => {
    struck = true;
    throw new AnswerLost(`the answer of ${point.port}.${point.method} was lost`);
  };
  return {
    get hasStruck() {
      return struck;
    },
    call: async (request, proceed) => {
      refuseDead();
      if (strikes(request, 'before')) dieNow();
      const answer = await proceed();
      refuseDead();
      if (strikes(request, 'after')) dieNow();
      if (strikes(request, 'answer-lost')) loseAnswer();
      return answer;
    },
    stream: async function* (request, proceed) {
      refuseDead();
      if (strikes(request, 'before')) dieNow();
      for await (const item of proceed()) {
        refuseDead();
        yield item;
        refuseDead();
        if (strikes(request, 'answer-lost')) loseAnswer();
      }
      if (strikes(request, 'after')) dieNow();
    },
  };
}

function throwCrash(): never {
  throw new InjectedCrash('the process ended here');
}
