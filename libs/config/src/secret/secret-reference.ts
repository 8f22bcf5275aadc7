import { Secret } from '@tidemark/domain';

/** Stores outside this process in which a secret may lie. */
export type SecretScheme = 'aws-sm' | 'aws-ssm';

/** The name of a secret in a store, and where the configuration says it. Holds no secret. */
export interface SecretReference {
  readonly scheme: SecretScheme;
  /** What follows the scheme: `shop/db`, `shop/db#password`, an ARN, `/shop/db/password`. */
  readonly name: string;
  /** The key that has it, with its place: `connections.sources.SHOP_RO.password (config/connections.yml:7:17)`. */
  readonly place: string;
}

/** A secret that is read when a connection is opened; until `resolveSecrets` has read it, it cannot be revealed. */
export class SecretInStore extends Secret {
  readonly reference: SecretReference;

  constructor(reference: SecretReference) {
    super('');
    this.reference = reference;
  }

  override reveal(): never {
    throw new RangeError(`the secret of ${this.reference.place} has not been read from its store`);
  }
}

