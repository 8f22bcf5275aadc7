import { DefaultRateLimiter } from '@smithy/core/retry';

/** Requests per second that are let through however often the store asks to slow down: leases are renewed by requests too. */
const SLOWEST_PER_SECOND = 2;

/**
 * The pace of all requests of one store: free until the store asks to slow down, then slower, and faster again with every
 * success. It is the rate limiter of the AWS SDK's `adaptive` mode.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export class RequestPace {
  readonly #limiter = new DefaultRateLimiter({ minFillRate: SLOWEST_PER_SECOND });

  /** Resolves when the next request may be sent. */
  async turn(): Promise<void> {
    await this.#limiter.getSendToken();
  }

  succeeded(): void {
    this.#limiter.updateClientSendingRate({});
  }

  /** @param raw the error as the SDK gave it */
  failed(raw: unknown): void {
    this.#limiter.updateClientSendingRate({ error: raw, errorType: isThrottling(raw) ? 'THROTTLING' : 'TRANSIENT' });
  }
}

/** Names and statuses by which S3 and its kin ask to slow down. */
function isThrottling(raw: unknown): boolean {
  const { name, $metadata } = (typeof raw === 'object' && raw !== null ? raw : {}) as { readonly name?: string; readonly $metadata?: { readonly httpStatusCode?: number } };
  return name === 'SlowDown' || name === 'ThrottlingException' || name === 'RequestLimitExceeded' || $metadata?.httpStatusCode === 429;
}
