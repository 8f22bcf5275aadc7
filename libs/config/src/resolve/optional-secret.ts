import { Secret } from '@tidemark/domain';

/** Null for a secret that is not given or empty, as `"${SSH_KEY_PASSPHRASE:-}"` may be. */
export function optionalSecret(value: string | undefined): Secret | null {
  return value === undefined || value === '' ? null : new Secret(value);
}
