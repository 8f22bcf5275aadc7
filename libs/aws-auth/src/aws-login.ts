import type { Secret } from '@tidemark/domain';

/** A login that AWS gives for a while. It fits what `@tidemark/connections` asks for. */
export interface AwsLogin {
  readonly username: string;
  /** Travels as it is: use it over TLS only. */
  readonly password: Secret;
  readonly expiresAt: Date;
}

/** Limits of one request; a proxy that swallows requests is told soon. */
export const REQUEST_LIMITS = { maxAttempts: 3, requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true } } as const;

/** How long a login is asked to last, in seconds: the least that both APIs take. A session outlives its login. */
export const LOGIN_SECONDS = 900;
