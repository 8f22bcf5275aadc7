import { Secret } from '@tidemark/domain';
import type { PipelineSide, ResolvedSource, ResolvedTarget } from '../resolved.ts';
import type { ConfigNode, MapNode } from '../tree/config-node.ts';

/** What a run needs to know of a database that it does not connect to. */
const STILL_NEEDED: Readonly<Record<PipelineSide, readonly string[]>> = { source: ['database', 'cursor_time_zone'], target: ['schema', 'work_schema'] };

/** The part of a connection's tree whose values must be there although nothing connects to it. */
export function neededUnconnected(side: PipelineSide, node: MapNode): MapNode {
  return { ...node, entries: new Map([...node.entries].filter(([key]) => STILL_NEEDED[side].includes(key))) };
}

/** The tree with every value that cannot be had replaced by that of a lower layer, else by an empty text. */
export function withoutBroken(node: ConfigNode): ConfigNode {
  if (node.kind === 'list') return { ...node, items: node.items.map(withoutBroken) };
  if (node.kind === 'map') return { ...node, entries: new Map([...node.entries].map(([key, entry]) => [key, { ...entry, node: withoutBroken(entry.node) }])) };
  if (node.broken === undefined) return node;
  if (node.replaces !== undefined) return withoutBroken(node.replaces);
  const { broken: _broken, ...rest } = node;
  return { ...rest, value: '' };
}

/** A connection that is not to be opened: without its secrets and its tunnel. */
export function unconnected<Side extends ResolvedSource | ResolvedTarget>(connection: Side): Side {
  return { ...connection, password: new WithheldSecret(connection.name), tunnel: null };
}

/** Stands where a secret is that nobody may use. */
class WithheldSecret extends Secret {
  readonly #connection: string;

  constructor(connection: string) {
    super('');
    this.#connection = connection;
  }

  override reveal(): never {
    throw new RangeError(`the password of ${this.#connection} is withheld: this run does not connect to it`);
  }
}
