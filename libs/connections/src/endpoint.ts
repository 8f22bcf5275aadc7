/** Where to connect for a database, possibly through something that forwards. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** What is known to have broken the way; explains a connection that could not be made. */
  readonly failure: Error | null;
  /** Aborts when the way breaks, with the error that says why: the query in flight ends with it. A direct way has none. */
  readonly broken?: AbortSignal;
}

/** Gives the endpoint of a database's host and port. A direct way gives them back. */
export type EndpointResolver = (host: string, port: number) => Promise<Endpoint>;

/** Connects straight to the named host. */
export const directEndpoint: EndpointResolver = (host, port) => Promise.resolve({ host, port, failure: null });
