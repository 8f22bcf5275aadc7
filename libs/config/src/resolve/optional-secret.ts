import { Secret } from '@tidemark/domain';

/** The secret of a filled-in value; one that lies in a store is one already. */
export function secretOf(value: string | Secret): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

/** Null for a secret that is not given or empty, as `"${SSH_KEY_PASSPHRASE:-}"` may be. */
export function optionalSecret(value: string | Secret | undefined): Secret | null {
  return value === undefined || value === '' ? null : secretOf(value);
}
