import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Server } from '@tidemark/local-stack';
import type { FaultAction } from '@tidemark/s3-emulator';
import type { Stop } from './stop.ts';

/** What a run writes to S3 for a table. */
export type WrittenObject = 'part' | 'quarantine' | 'manifest' | 'copy manifest' | 'watermark' | 'lease';

const KEYS: Readonly<Record<WrittenObject, (form: string) => string>> = {
  part: (form) => `^incremental/.*${form}_[^/]*\\.parquet$`,
  quarantine: (form) => `/quarantine/${form}/`,
  manifest: (form) => `/manifests/${form}/\\d+/\\d+\\.json$`,
  'copy manifest': (form) => `/manifests/${form}/copy/`,
  watermark: (form) => `/tables/${form}\\.json$`,
  lease: (form) => `/leases/${form}\\.json$`,
};

const POLL_MS = 10;

export interface RequestFault {
  readonly object: WrittenObject;
  readonly action: FaultAction;
  /** Which of the PUTs from now on, from 1. */
  readonly nth?: number;
}

/** Lets something happen to one PUT of a table's objects; gives how often it has happened. */
export function disturbPut({ faults }: Pick<S3Server, 'faults'>, table: string, { object, action, nth = 1 }: RequestFault): () => number {
  const fault = faults.add({ action, match: { operation: 'PutObject', key: new RegExp(KEYS[object](`shop_ro_sales_${table}`)), nth } });
  return () => fault.fired;
}

/** A PUT that waits. */
export interface PutStop extends Stop {
  /** Resolves when the PUT has been carried out or refused, after `goOn`. */
  over(): Promise<void>;
}

/** Keeps one PUT of a table's objects waiting. */
export function stopPut({ faults, requests }: Pick<S3Server, 'faults' | 'requests'>, table: string, { object, action, nth = 1 }: RequestFault & { readonly action: `hold-${string}` & FaultAction }): PutStop {
  const fault = faults.add({ action, match: { operation: 'PutObject', key: new RegExp(KEYS[object](`shop_ro_sales_${table}`)), nth } });
  const held = faults.waitForHeld(fault.id, 100_000);
  return {
    reached: held.then(() => undefined),
    goOn: () => void held.then(({ requestId }) => faults.release(requestId)),
    over: async () => {
      const { requestId } = await held;
      while (requests.list().find((record) => record.requestId === requestId)?.status === undefined) await sleep(POLL_MS);
    },
  };
}
