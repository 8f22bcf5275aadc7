import { expect, describe, test } from 'vitest';
import { MemoryWorld } from '../testing/index.ts';
import { onlyWhile, stopWhenAborted } from './lease-guard.ts';
import type { PortRequest, RequestWrapper } from './port-methods.ts';
import type { HeldLease } from './ports.ts';

const READ: PortRequest = { port: 'source', method: 'read' };
const nameOf = ({ port, method }: PortRequest): string => `${port}.${method}`;

async function gathered<T>(items: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const item of items) into.push(item);
}

describe('onlyWhile', () => {
  test('a request is made while the check passes, and not made when it throws', async () => {
    let isHeld = true;
    let made = 0;
    const guard = onlyWhile(() => {
      if (!isHeld) throw new Error('not held');
    });
    const request = (): Promise<number> => guard.call({ port: 'watermarks', method: 'write' }, () => Promise.resolve(++made));
    expect(await request()).toBe(1);
    isHeld = false;
    await expect(request()).rejects.toThrow('not held');
    expect(made).toBe(1);
  });

  test.each([{ port: 'lease', method: 'release' }, { port: 'partWriter', method: 'abort' }] as const)('$port.$method ends something, and is made in any case', async (request) => {
    const guard = onlyWhile(() => {
      throw new Error('not held');
    });
    expect(await guard.call(request, () => Promise.resolve('ended'))).toBe('ended');
  });

  test('a reading stops between two rows, and its source is told', async () => {
    let isHeld = true;
    let isClosed = false;
    const guard = onlyWhile(() => {
      if (!isHeld) throw new Error('not held');
    });
    async function* rows(): AsyncIterable<number> {
      try {
        for (let row = 1; ; row++) {
          await Promise.resolve();
          yield row;
          if (row === 2) isHeld = false;
        }
      } finally {
        isClosed = true;
      }
    }
    const read: number[] = [];
    await expect(gathered(guard.stream(READ, rows), read)).rejects.toThrow('not held');
    expect(read.length).toBeLessThanOrEqual(3);
    expect(isClosed).toBe(true);
  });

  test('a reading that may not begin asks the source for nothing', async () => {
    let asked = 0;
    const guard = onlyWhile(() => {
      throw new Error('not held');
    });
    await expect(gathered(guard.stream(READ, () => (asked++, ReadableStream.from([1]))), [])).rejects.toThrow('not held');
    expect(asked).toBe(0);
  });
});

test('stopWhenAborted throws the reason of the signal', async () => {
  const controller = new AbortController();
  const guard = stopWhenAborted(controller.signal);
  expect(await guard.call(READ, () => Promise.resolve(1))).toBe(1);
  controller.abort(new Error('enough'));
  await expect(guard.call(READ, () => Promise.resolve(1))).rejects.toThrow('enough');
});

test('stopWhenAborted gives up a request that does not end: the lease is let go of in the same way', async () => {
  for (const request of [READ, { port: 'lease', method: 'release' } as const]) {
    const controller = new AbortController();
    const guard = stopWhenAborted(controller.signal, 1);
    const hanging = guard.call(request, () => new Promise<number>(() => undefined));
    controller.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
  }
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(stopWhenAborted(controller.signal, 1).call({ port: 'lease', method: 'release' }, () => new Promise<number>(() => undefined)), 'one that begins after the abort').rejects.toThrow('enough');
});

test('stopWhenAborted lets a request end that was on its way', async () => {
  const controller = new AbortController();
  let answer!: (value: number) => void;
  const call = stopWhenAborted(controller.signal).call(READ, () => new Promise<number>((resolve) => (answer = resolve)));
  controller.abort(new Error('enough'));
  answer(7);
  expect(await call).toBe(7);
});

interface Stopping extends RequestWrapper {
  /** False when the run made fewer requests. */
  readonly isStopped: boolean;
  /** Requests that began after that. */
  readonly late: readonly string[];
}

/** Stops a run when its nth request has been answered, counted from a first one. */
function stoppingAfter(nth: number, from: string | null, stop: () => void, lease: (held: HeldLease) => HeldLease = (held) => held): Stopping {
  const late: string[] = [];
  let answered = from === null ? 0 : Number.NEGATIVE_INFINITY;
  let isStopped = false;
  const begin = (request: PortRequest): void => {
    if (isStopped) late.push(nameOf(request));
    if (nameOf(request) === from) answered = 0;
  };
  const end = (): void => {
    if (++answered !== nth) return;
    isStopped = true;
    stop();
  };
  return {
    late,
    get isStopped() {
      return isStopped;
    },
    call: async (request, proceed) => {
      begin(request);
      const answer = await proceed();
      end();
      return nameOf(request) === 'leases.acquire' ? (lease(answer as HeldLease) as typeof answer) : answer;
    },
    stream: async function* (request, proceed) {
      begin(request);
      yield* proceed();
      end();
    },
  };
}

/** Stops a run after its first request, another after its second, and so on to the last: everything that they asked for after that. */
async function requestsAfterStopping(stopping: (nth: number) => { readonly wrapper: Stopping; readonly signal?: AbortSignal }, check: (result: Awaited<ReturnType<MemoryWorld['sync']>>) => void): Promise<{ readonly late: readonly string[]; readonly runs: number }> {
  const late = new Set<string>();
  for (let nth = 1; ; nth++) {
    const world = new MemoryWorld();
    for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
    world.source.advance(5_000_000n);
    const options = stopping(nth);
    const result = await world.sync(options);
    if (!options.wrapper.isStopped) return { late: [...late].sort(), runs: nth - 1 };
    check(result);
    for (const request of options.wrapper.late) late.add(request);
    world.letLeasesExpire();
    world.source.advance(5_000_000n);
    expect(await world.sync(), `the run after the one that stopped at request ${nth}`).toMatchObject({ status: 'success' });
    expect(world.target.rows()).toEqual(world.source.rows());
  }
}

const ENDINGS = ['lease.release', 'partWriter.abort'];

test('I4: a run that lost its lease makes no request after that, wherever it is, but to give up uploads and the lease', async () => {
  const { late, runs } = await requestsAfterStopping(
    (nth) => {
      const controller = new AbortController();
      const lost = (held: HeldLease): HeldLease => ({ generation: held.generation, signal: controller.signal, assertHeld: () => controller.signal.throwIfAborted(), release: () => held.release() });
      return { wrapper: stoppingAfter(nth, 'leases.acquire', () => controller.abort(new Error('the lease was lost')), lost) };
    },
    () => undefined,
  );
  expect(runs).toBeGreaterThan(20);
  expect(late).toEqual(ENDINGS);
});

test('a process that slept asks its clock before each request: a lease that ran out is noticed though its timer never fired', async () => {
  const { late, runs } = await requestsAfterStopping(
    (nth) => {
      let isOver = false;
      const asleep = (held: HeldLease): HeldLease => ({
        generation: held.generation,
        signal: new AbortController().signal,
        assertHeld: () => {
          if (isOver) throw new Error('the lease ran out');
        },
        release: () => held.release(),
      });
      return { wrapper: stoppingAfter(nth, 'leases.acquire', () => (isOver = true), asleep) };
    },
    () => undefined,
  );
  expect(runs).toBeGreaterThan(20);
  expect(late).toEqual(ENDINGS);
});

test('an interrupted run makes no request after that but to give up uploads and the lease, and ends with 130', async () => {
  const { late, runs } = await requestsAfterStopping(
    (nth) => {
      const controller = new AbortController();
      return { signal: controller.signal, wrapper: stoppingAfter(nth, null, () => controller.abort(new Error('Ctrl-C'))) };
    },
    (result) => {
      expect([0, 130]).toContain(result.exit_code);
      if (result.exit_code === 130) expect(result.table_results['sales.orders']!.error_message).toMatch(/(Nothing was staged or loaded|\d+ rows were staged and \d+ loaded) by this run.*; the next run goes on from there\.$/);
    },
  );
  expect(runs).toBeGreaterThan(20);
  expect(late).toEqual(ENDINGS);
});
