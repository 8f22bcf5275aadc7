import { Secret } from '@tidemark/domain';
import type { SecretSource } from './ports.ts';
import { SecretInStore } from './secret-reference.ts';

/**
 * A copy of resolved settings in which every secret that lies in a store was read. Settings without any come back as they are,
 * and `open` is not called; that of a database that is not connected to is none.
 *
 * @param open gives the store when there is something to read
 */
export async function resolveSecrets<T>(settings: T, open: () => Promise<SecretSource>): Promise<T> {
  const wanted = new Set<SecretInStore>();
  visit(settings, wanted);
  if (wanted.size === 0) return settings;
  const inStore = [...wanted];
  const texts = await (await open()).read(inStore.map((secret) => secret.reference));
  const read = new Map(inStore.map((secret, index) => [secret, new Secret(texts[index]!)]));
  return replaced(settings, read) as T;
}

function visit(value: unknown, found: Set<SecretInStore>): void {
  if (value instanceof SecretInStore) found.add(value);
  else if (isPlain(value)) for (const member of Object.values(value)) visit(member, found);
}

function replaced(value: unknown, read: ReadonlyMap<SecretInStore, Secret>): unknown {
  if (value instanceof SecretInStore) return read.get(value);
  if (Array.isArray(value)) return value.map((member) => replaced(member, read));
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, read)])) : value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
