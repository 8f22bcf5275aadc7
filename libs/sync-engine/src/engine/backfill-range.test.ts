import type { Strategy } from '@tidemark/cdc-strategies';
import { expect, test } from 'vitest';
import { resolvedRange } from './backfill.ts';
import type { SourcePort } from './ports.ts';

const BOUND = '2026-10-25 02:29:55.000000';
const strategy = (repeatsTimes: boolean): Strategy => ({ kind: 'incremental', name: 'hybrid', repeatsTimes, bound: () => ({ column: 'updated_at', value: BOUND }), newestBelow: () => null }) as unknown as Strategy;
const source = { clock: () => Promise.resolve({ nowUtc: '2026-10-25 01:30:00.000000', isReplica: false }) } as unknown as SourcePort;
const range = (to: string | null) => ({ by: 'time', from: '2026-10-25 00:00:00', to }) as const;

test.each([
  ['an open end is the bound', true, null, BOUND],
  ['where times repeat, an end beyond the bound is the bound', true, '2026-10-25 02:45:00', BOUND],
  ['an end before the bound stays', true, '2026-10-25 01:00:00', '2026-10-25 01:00:00'],
  ['where times do not repeat, an end stays', false, '2026-10-25 02:45:00', '2026-10-25 02:45:00'],
])('%s', async (_name, repeats, to, expected) => {
  expect(await resolvedRange(source, strategy(repeats), range(to), new AbortController().signal)).toEqual({ ...range(to), to: expected });
});

test.each([
  ['where times repeat, a range of ids leaves out what lies beyond the bound', true, { below: { column: 'updated_at', value: BOUND } }],
  ['where times do not repeat, a range of ids stays', false, {}],
])('%s', async (_name, repeats, expected) => {
  const ids = { by: 'id', from: '1', to: null } as const;
  expect(await resolvedRange(source, strategy(repeats), ids, new AbortController().signal)).toEqual({ ...ids, ...expected });
});
