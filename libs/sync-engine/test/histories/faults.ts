import { TidemarkError } from '@tidemark/domain';
import type { MemoryFaults, MemoryStore } from '@tidemark/s3-store/testing';
import fc from 'fast-check';
import type { PortRequest, RequestWrapper } from '../../src/engine/port-methods.ts';
import { crashAt, type CrashMoment } from '../../src/testing/index.ts';
import type { Figures } from './figures.ts';

/** What befalls a process: it dies, it loses its source in the middle of a reading, or the store fails it. */
export type Fault =
  | { readonly kind: 'crash'; readonly moment: CrashMoment; readonly request: number }
  | { readonly kind: 'source lost'; readonly reading: number; readonly after: number }
  | { readonly kind: 'store'; readonly what: '500 before' | '503 again and again' | 'reset after it stored'; readonly request: number }
  | { readonly kind: 'stale lists'; readonly missing: number };

export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('crash' as const), moment: fc.constantFrom('before' as const, 'after' as const, 'answer-lost' as const), request: fc.integer({ min: 1, max: 45 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('source lost' as const), reading: fc.nat(5), after: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('store' as const), what: fc.constantFrom('500 before' as const, '503 again and again' as const, 'reset after it stored' as const), request: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale lists' as const), missing: fc.integer({ min: 1, max: 2 }) }) },
);

/** What a fault puts around a process. */
export interface Struck {
  readonly wrapper: RequestWrapper | null;
  readonly storeFaults: MemoryFaults;
  readonly stateStore: ((store: MemoryStore) => MemoryStore) | null;
  readonly hasStruck: boolean;
}

export function strikeWith(fault: Fault, figures: Figures): Struck {
  let struck = false;
  const strike = (name: string): void => {
    if (!struck) figures.count('faults', name);
    struck = true;
  };
  const around = (more: Partial<Struck>): Struck => ({ wrapper: null, storeFaults: {}, stateStore: null, ...more, get hasStruck() { return struck; } });
  switch (fault.kind) {
    case 'crash': return around({ wrapper: crashing(fault, strike) });
    case 'source lost': return around({ wrapper: losing(fault, () => strike('source lost')) });
    case 'store': return around({ storeFaults: storeFaultsOf(fault, () => strike(`store ${fault.what}`)) });
    case 'stale lists': return around({ stateStore: (store) => stale(store, fault.missing, () => strike('stale list')) });
  }
}

function crashing({ moment, request }: Extract<Fault, { kind: 'crash' }>, strike: (name: string) => void): RequestWrapper {
  let asked = 0;
  let crash: ReturnType<typeof crashAt> | null = null;
  /** The crash of the process, from the request on that it comes at. */
  const now = (point: PortRequest): RequestWrapper | null => {
    asked++;
    if (asked === request) {
      crash = crashAt({ ...point, moment }, 1);
      strike(`crash ${moment}`);
    }
    return crash;
  };
  return {
    call: (point, proceed) => now(point)?.call(point, proceed) ?? proceed(),
    stream: (point, proceed) => now(point)?.stream(point, proceed) ?? proceed(),
  };
}

export const connectionLost = (): TidemarkError => new TidemarkError('SOURCE_CONNECTION_LOST', { kind: 'source', exit: 13, retry: 'now', summary: '', remedy: [] }, { message: 'the connection ended' });

function losing({ reading, after }: Extract<Fault, { kind: 'source lost' }>, strike: () => void): RequestWrapper {
  let readings = 0;
  return {
    call: (_request, proceed) => proceed(),
    stream: async function* (_request, proceed) {
      const isIts = readings++ === reading;
      let seen = 0;
      const lose = (): never => {
        strike();
        throw connectionLost();
      };
      for await (const item of proceed()) {
        if (isIts && seen++ === after) lose();
        yield item;
      }
      if (isIts && seen <= after) lose();
    },
  };
}

const storeError = (): TidemarkError => new TidemarkError('STORE_UNREACHABLE', { kind: 'store', exit: 14, retry: 'later', summary: '', remedy: [] }, { message: 'the store does not answer' });

function storeFaultsOf({ what, request }: Extract<Fault, { kind: 'store' }>, strike: () => void): MemoryFaults {
  let [asked, answered] = [0, 0];
  const fail = (): never => {
    strike();
    throw storeError();
  };
  if (what === 'reset after it stored') return { after: () => { if (++answered === request) fail(); } };
  return { before: () => { if (++asked === request || (what === '503 again and again' && asked > request && asked < request + 8)) fail(); } };
}

/** A store whose listings lack the newest keys. */
function stale(store: MemoryStore, missing: number, strike: () => void): MemoryStore {
  return Object.create(store, {
    list: {
      value: async function* (...parameters: Parameters<MemoryStore['list']>) {
        const found = [];
        for await (const object of store.list(...parameters)) found.push(object);
        if (found.length > 0) strike();
        yield* found.slice(0, -missing);
      },
    },
    ...Object.fromEntries((['get', 'getText', 'head', 'put', 'deleteMany', 'serverNow'] as const).map((name) => [name, { value: (...parameters: never[]) => (store[name] as (...all: never[]) => unknown)(...parameters) }])),
    bucket: { get: () => store.bucket },
  }) as MemoryStore;
}
