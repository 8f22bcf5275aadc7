import type { ResolvedSource, ResolvedTarget } from '@tidemark/config';
import { ConnectionRegistry, type MysqlOptions, type RedshiftOptions } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { loginOf } from './login-of.ts';
import { WayToHost } from './way-to-host.ts';

/** The connections of a configuration, or of a part of it, with the ways to them. Disposing it ends sessions, then tunnels. */
export interface OpenConnections extends AsyncDisposable {
  readonly registry: ConnectionRegistry;
}

/** Nothing is connected to before it is used. */
export function openConnections(sources: readonly ResolvedSource[], targets: readonly ResolvedTarget[], logger: Logger): OpenConnections {
  const owned = new AsyncDisposableStack();
  const way = (tunnel: ResolvedSource['tunnel']) => owned.use(new WayToHost(tunnel, logger));
  const registry = new ConnectionRegistry({
    sources: sources.map((source) => ({ ...sourceOptions(source, way(source.tunnel)), pool: source.pool })),
    targets: targets.map((target) => ({ ...targetOptions(target, way(target.tunnel)), pool: target.pool })),
    logger,
  });
  owned.use(registry);
  return { registry, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** How to log in to a source that is reached this way. */
export function sourceOptions({ name, host, port, database, username, password, auth, tls }: ResolvedSource, way: WayToHost): MysqlOptions {
  return { name, host, port, database, username, password, tls, resolveEndpoint: way.resolve, ...loginOf(auth, { host, port, database, username }) };
}

/** How to log in to a target that is reached this way. */
export function targetOptions({ name, host, port, database, username, password, auth, tls, queryGroup }: ResolvedTarget, way: WayToHost): RedshiftOptions {
  return { name, host, port, database, username, password, tls, queryGroup, resolveEndpoint: way.resolve, ...loginOf(auth, { host, port, database, username }) };
}
