import type { HeldLease, LeasePort, ManifestPort, PartWriter, SourcePort, SyncPorts, TargetPort, WatermarkPort } from './ports.ts';

/** The names of a port's methods that ask something of the outside. */
type RequestMethod<Port> = {
  [Key in keyof Port]: Port[Key] extends (...parameters: never[]) => Promise<unknown> | AsyncIterable<unknown> ? Key : never;
}[keyof Port] & string;

interface RequestPorts {
  readonly leases: LeasePort;
  readonly lease: HeldLease;
  readonly watermarks: WatermarkPort;
  readonly manifests: ManifestPort;
  readonly source: SourcePort;
  readonly partWriter: PartWriter;
  readonly target: TargetPort;
}

export type PortName = keyof RequestPorts;

/** Makes a list of method names a compile error when one is missing. */
function allOf<Port>() {
  return <const Names extends readonly RequestMethod<Port>[]>(...names: RequestMethod<Port> extends Names[number] ? Names : [missing: Exclude<RequestMethod<Port>, Names[number]>]): readonly RequestMethod<Port>[] =>
    names as unknown as readonly RequestMethod<Port>[];
}

/** Every request that the engine can make, by port. A method that is added to a port and not here does not compile. */
export const PORT_METHODS: { readonly [Name in PortName]: readonly RequestMethod<RequestPorts[Name]>[] } = {
  leases: allOf<LeasePort>()('acquire'),
  lease: allOf<HeldLease>()('release'),
  watermarks: allOf<WatermarkPort>()('read', 'write'),
  manifests: allOf<ManifestPort>()('list', 'publish', 'writeCopyManifest'),
  source: allOf<SourcePort>()('describe', 'clock', 'hasRows', 'read'),
  partWriter: allOf<PartWriter>()('write', 'finish', 'abort'),
  target: allOf<TargetPort>()('inspect', 'fence', 'prepare', 'load'),
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
  const wrapped = Object.create(port) as Record<string, unknown>;
  for (const method of PORT_METHODS[name] as readonly string[]) {
    const original = (port as Record<string, (...parameters: unknown[]) => unknown>)[method]!;
    wrapped[method] =
      method === 'read' && name === 'source'
        ? (...parameters: unknown[]) => wrapper.stream({ port: name, method }, () => original.apply(port, parameters) as AsyncIterable<unknown>)
        : (...parameters: unknown[]) => wrapper.call({ port: name, method }, () => original.apply(port, parameters) as Promise<unknown>);
  }
  return wrapped as Port;
}

/** Puts a wrapper around every request of every port, of the leases and part writers that they hand out too. */
export function wrapPorts(ports: SyncPorts, wrapper: RequestWrapper): SyncPorts {
  const leases = wrapPort('leases', ports.leases, wrapper);
  return {
    leases: {
      acquire: async (...parameters) => {
        const lease = await leases.acquire(...parameters);
        return leaseView(lease, wrapPort('lease', lease, wrapper));
      },
    },
    watermarks: wrapPort('watermarks', ports.watermarks, wrapper),
    manifests: wrapPort('manifests', ports.manifests, wrapper),
    source: ports.source === null ? null : wrapPort('source', ports.source, wrapper),
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
