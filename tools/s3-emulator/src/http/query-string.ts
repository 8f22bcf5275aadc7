import { S3Error } from '../errors.ts';
import { percentDecode } from './percent-decode.ts';

export interface QueryParameter {
  name: string;
  value: string;
}

/** The decoded query of a request; a name that appears twice is refused. */
export class QueryString {
  readonly #parameters: readonly QueryParameter[];
  readonly #byName: ReadonlyMap<string, string>;

  /** @throws S3Error `InvalidURI`, `InvalidArgument` */
  constructor(text: string) {
    this.#parameters = text.split('&').filter((part) => part !== '').map(parseParameter);
    this.#byName = new Map(this.#parameters.map(({ name, value }) => [name, value]));
    if (this.#byName.size !== this.#parameters.length) throw new S3Error('InvalidArgument', { message: 'A query parameter is given more than once.' });
  }

  all(): readonly QueryParameter[] {
    return this.#parameters;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  get(name: string): string | undefined {
    return this.#byName.get(name);
  }
}

function parseParameter(part: string): QueryParameter {
  const equals = part.indexOf('=');
  if (equals < 0) return { name: percentDecode(part), value: '' };
  return { name: percentDecode(part.slice(0, equals)), value: percentDecode(part.slice(equals + 1)) };
}
