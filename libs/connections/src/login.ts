import type { Secret } from '@tidemark/domain';

/** Who logs in, and with what. */
export interface Login {
  readonly username: string;
  readonly password: Secret;
  /** When the password is of no use any more for a new session; null: never. */
  readonly expiresAt: Date | null;
}

/**
 * Gives a login that is good for a session opened now. Asked for each session, as late as possible.
 * What it gives may be a token that travels as it is, so the session must be encrypted.
 */
export type LoginSource = () => Promise<Login>;

/** A login is fetched anew when it has less than this left: connecting takes time, too. */
const MARGIN_MS = 60_000;

/** Keeps a login until shortly before it expires. Those who ask at the same time share one fetch; a failed one is not kept. */
export function rememberLogin(fetch: LoginSource, { now = Date.now, marginMs = MARGIN_MS }: { readonly now?: () => number; readonly marginMs?: number } = {}): LoginSource {
  let kept: Promise<Login> | null = null;
  return async () => {
    const asked = kept;
    const login = await asked?.catch(() => null);
    if (login !== null && login !== undefined && (login.expiresAt === null || login.expiresAt.getTime() - now() > marginMs)) return login;
    if (kept === asked) kept = fetch();
    return kept!;
  };
}
