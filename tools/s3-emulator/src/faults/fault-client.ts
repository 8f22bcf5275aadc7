import type { FaultSpec } from './fault.ts';
import { encodeFault } from './fault-json.ts';
import type { HeldRequest } from './held-requests.ts';
import type { RequestRecord } from './request-log.ts';

/** The faults of an emulator in another process. */
export interface FaultClient {
  /** Gives the id of the fault. */
  add(spec: FaultSpec): Promise<string>;
  /** How often a fault has met a request. */
  fired(faultId: string): Promise<number>;
  remove(faultId: string): Promise<void>;
  clear(): Promise<void>;
  /** @param after gives only requests with a higher sequence */
  requests(after?: number): Promise<RequestRecord[]>;
  held(): Promise<HeldRequest[]>;
  /** @throws Error when nothing was held within `timeoutMs` (10 seconds if not given) */
  waitForHeld(faultId?: string, timeoutMs?: number): Promise<HeldRequest>;
  /** Gives false when no request of that id is held. */
  release(requestId: string): Promise<boolean>;
  releaseAll(): Promise<void>;
}

/** Talks to the control port of an emulator. */
export function connectFaults({ url, token }: { url: string; token: string }): FaultClient {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/${path}`, { method, headers: { authorization: `Bearer ${token}` }, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(`control port: ${answer.error ?? response.status}`);
    return answer;
  };
  return {
    add: async (spec) => (await call<{ id: string }>('POST', 'faults', encodeFault(spec))).id,
    fired: async (faultId) => (await call<{ id: string; fired: number }[]>('GET', 'faults')).find(({ id }) => id === faultId)?.fired ?? 0,
    remove: async (faultId) => void (await call('DELETE', `faults/${faultId}`)),
    clear: async () => void (await call('DELETE', 'faults')),
    requests: (after = 0) => call('GET', `requests?after=${after}`),
    held: () => call('GET', 'held'),
    waitForHeld: (faultId, timeoutMs) => call('POST', 'wait-held', { faultId, timeoutMs }),
    release: async (requestId) => (await call<{ released: boolean }>('POST', `held/${requestId}/release`)).released,
    releaseAll: async () => void (await call('POST', 'release-all')),
  };
}
