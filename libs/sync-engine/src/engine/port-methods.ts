import type { HeldLease, LeasePort, ManifestPort, PartWriter, QuarantinePort, SourcePort, SourceSnapshot, SyncPorts, TargetPort, WatermarkPort } from './ports.ts';

/** The names of a port's methods that ask something of the outside. */
type RequestMethod<Port> = {
  [Key in keyof Port]: Port[Key] extends (...parameters: never[]) => Promise<unknown> | AsyncIterable<unknown> ? Key : never;
}[keyof Port] & string;

interface RequestPorts {
  readonly leases: LeasePort;
  readonly lease: HeldLease;
  readonly watermarks: WatermarkPort;
  readonly manifests: ManifestPort;
  readonly quarantine: QuarantinePort;
  readonly source: SourcePort;
  readonly snapshot: SourceSnapshot;
  readonly partWriter: PartWriter;
  readonly target: TargetPort;
}

export type PortName = keyof RequestPorts;

/** A reading is a stream; every other request gives one answer. */
type RequestForm<Method> = Method extends (...parameters: never[]) => AsyncIterable<unknown> ? 'stream' : 'call';

/** Every request that the engine can make, by port. A method that is added to a port and not here does not compile. */
const REQUESTS: { readonly [Name in PortName]: { readonly [Method in RequestMethod<RequestPorts[Name]>]: RequestForm<RequestPorts[Name][Method]> } } = {
  leases: { acquire: 'call', inspect: 'call' },
  lease: { release: 'call' },
  watermarks: { read: 'call', examine: 'call', write: 'call', overwrite: 'call', findOld: 'call', history: 'call' },
  manifests: { list: 'call', listStanding: 'call', newestEpoch: 'call', publish: 'call', writeCopyManifest: 'call' },
  quarantine: { put: 'call', read: 'call' },
  source: { describe: 'call', describeQuery: 'call', clock: 'call', hasRows: 'call', openTransactions: 'call', explain: 'call', snapshot: 'call', read: 'stream' },
  snapshot: { read: 'stream', close: 'call' },
  partWriter: { write: 'call', finish: 'call', abort: 'call' },
  target: { inspect: 'call', countRows: 'call', fence: 'call', prepare: 'call', load: 'call', analyze: 'call' },
};

/** The names of the requests, by port. */
export const PORT_METHODS = Object.fromEntries(Object.entries(REQUESTS).map(([port, requests]) => [port, Object.keys(requests)])) as unknown as {
  readonly [Name in PortName]: readonly RequestMethod<RequestPorts[Name]>[];
};

/** One request of the engine. */
export interface PortRequest {
  readonly port: PortName;
  readonly method: string;
}

/** What runs around every request: it calls `proceed` or throws. A reading is one request from its first row to its last. */
export interface RequestWrapper {
  call<T>(request: PortRequest, proceed: () => Promise<T>): Promise<T>;
  stream<T>(request: PortRequest, proceed: () => AsyncIterable<T>): AsyncIterable<T>;
}

function wrapPort<Port extends object>(name: PortName, port: Port, wrapper: RequestWrapper): Port {
  const methods = Object.entries<'call' | 'stream'>(REQUESTS[name]).map(([method, form]) => {
    const original = (port as Record<string, (...parameters: unknown[]) => unknown>)[method]!;
    const value =
      form === 'stream'
        ? (...parameters: unknown[]) => wrapper.stream({ port: name, method }, () => original.apply(port, parameters) as AsyncIterable<unknown>)
        : (...parameters: unknown[]) => wrapper.call({ port: name, method }, () => original.apply(port, parameters) as Promise<unknown>);
    return [method, { value }] as const;
  });
  // Defined, not assigned: the port may be frozen.
  return Object.create(port, Object.fromEntries(methods)) as Port;
}

function wrapSource(port: SourcePort, wrapper: RequestWrapper): SourcePort {
  const source = wrapPort('source', port, wrapper);
  return Object.create(source, { snapshot: { value: async () => wrapPort('snapshot', await source.snapshot(), wrapper) } }) as SourcePort;
}

/** Puts a wrapper around every request of every port, of the leases and part writers that they hand out too. */
export function wrapPorts(ports: SyncPorts, wrapper: RequestWrapper): SyncPorts {
  const leases = wrapPort('leases', ports.leases, wrapper);
  return {
    leases: {
      inspect: (task) => leases.inspect(task),
      acquire: async (...parameters) => {
        const lease = await leases.acquire(...parameters);
        return leaseView(lease, wrapPort('lease', lease, wrapper));
      },
    },
    watermarks: wrapPort('watermarks', ports.watermarks, wrapper),
    manifests: wrapPort('manifests', ports.manifests, wrapper),
    quarantine: wrapPort('quarantine', ports.quarantine, wrapper),
    source: ports.source === null ? null : wrapSource(ports.source, wrapper),
    parts: { open: (request) => wrapPort('partWriter', ports.parts.open(request), wrapper) },
    target: ports.target === null ? null : wrapPort('target', ports.target, wrapper),
  };
}

/** Getters of a lease may use private fields, so they are read from the lease itself. */
function leaseView(lease: HeldLease, wrapped: HeldLease): HeldLease {
  return {
    get generation() {
      return lease.generation;
    },
    get signal() {
      return lease.signal;
    },
    assertHeld: () => lease.assertHeld(),
    release: () => wrapped.release(),
  };
}
