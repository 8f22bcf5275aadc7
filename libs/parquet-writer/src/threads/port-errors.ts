import { type PARQUET_ERRORS, ParquetError } from '../errors.ts';

/** An error in words that cross to another thread. */
export type SentError =
  /** One of the sender's own, which it may get back. */
  | { readonly kind: 'own'; readonly id: number; readonly message: string }
  /** One that came from the receiver. */
  | { readonly kind: 'back'; readonly id: number }
  | { readonly kind: 'parquet'; readonly code: keyof typeof PARQUET_ERRORS; readonly message: string; readonly details: Readonly<Record<string, unknown>>; readonly id: number };

/** An error of the other side that has no code of this library. */
class ForeignError extends Error {
  readonly id: number;

  constructor(id: number, message: string) {
    super(message);
    this.id = id;
  }
}

/** Sends errors over a port such that one that comes back is the very same object. */
export class PortErrors {
  readonly #sent: unknown[] = [];

  sent(error: unknown): SentError {
    if (error instanceof ForeignError) return { kind: 'back', id: error.id };
    const id = this.#sent.push(error) - 1;
    if (error instanceof ParquetError) return { kind: 'parquet', code: error.code, message: error.message, details: error.details, id };
    return { kind: 'own', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }

  received(error: SentError): unknown {
    switch (error.kind) {
      case 'back':
        return this.#sent[error.id];
      case 'parquet':
        return new ParquetError(error.code, { message: error.message, details: error.details });
      case 'own':
        return new ForeignError(error.id, error.message);
    }
  }
}
