import type { SecretReference } from './secret-reference.ts';

/** Where secrets lie that are not in files or variables. `@tidemark/secrets-aws` fits it. */
export interface SecretSource {
  /**
   * The texts of some secrets, in the order of the references. May be called again and sends nothing but reads.
   *
   * @throws TidemarkError that names the reference's place and never the secret
   */
  read(references: readonly SecretReference[]): Promise<readonly string[]>;
}
