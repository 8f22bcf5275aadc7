/** What kind of thing went wrong; it decides nothing by itself, it is for people and filters. */
export type ErrorKind = 'usage' | 'config' | 'auth' | 'source' | 'store' | 'target' | 'data' | 'lease' | 'conflict' | 'cancelled' | 'internal';

/** `now`: the same request may be sent again at once; `later`: a later run may succeed; `never`: something must change first. */
export type Retry = 'never' | 'now' | 'later';

/** What is known about an error code before it happens. */
export interface ErrorDefinition {
  readonly kind: ErrorKind;
  /** Exit code of a command that ends with this error (docs/exit-codes.md). */
  readonly exit: number;
  readonly retry: Retry;
  /** What the code means, one sentence. */
  readonly summary: string;
  /** What any caller can do about it, one step per entry. */
  readonly remedy: readonly string[];
}

export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

/** Keeps the literal codes of a catalogue in its type. */
export function defineErrors<const T extends ErrorCatalogue>(catalogue: T): T {
  return catalogue;
}

export interface ErrorFields {
  /** The sentence for people: names the thing, the place, what was found and what is allowed. Never a secret, a row's content or a whole response. */
  readonly message: string;
  /** Replaces the catalogue's remedy where the place is known better. */
  readonly remedy?: readonly string[];
  /** Named facts for machines; JSON values, no secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Base of every error that Tidemark's libraries throw. Judge it by `code`, never by its message. */
export class TidemarkError extends Error {
  override readonly name: string = 'TidemarkError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly exit: number;
  readonly retry: Retry;
  readonly remedy: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, definition: ErrorDefinition, fields: ErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.kind = definition.kind;
    this.exit = definition.exit;
    this.retry = definition.retry;
    this.remedy = fields.remedy ?? definition.remedy;
    this.details = fields.details ?? {};
  }
}

/** The constructor of a library's error class over its own catalogue. */
export type ErrorClass<T extends ErrorCatalogue> = new (code: keyof T & string, fields: ErrorFields) => TidemarkError & { readonly code: keyof T & string };

/**
 * Makes a library's error class: `class StoreError extends errorClass('StoreError', STORE_ERRORS) {}`.
 */
export function errorClass<const T extends ErrorCatalogue>(className: string, catalogue: T): ErrorClass<T> {
  const made = class extends TidemarkError {
    override readonly name = className;
    constructor(code: keyof T & string, fields: ErrorFields) {
      const definition = Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
      if (definition === undefined) throw new RangeError(`${className}: unknown error code ${code}`);
      super(code, definition, fields);
    }
  };
  return made as unknown as ErrorClass<T>;
}

/** True for errors that carry a code, also those of another copy of this library. */
export function isTidemarkError(error: unknown): error is TidemarkError {
  return error instanceof Error && typeof (error as Partial<TidemarkError>).code === 'string' && typeof (error as Partial<TidemarkError>).exit === 'number' && Array.isArray((error as Partial<TidemarkError>).remedy);
}
