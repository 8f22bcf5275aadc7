import type { SecretSource } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import { WiringError } from './errors.ts';

/**
 * The stores of secrets that `aws-sm:` and `aws-ssm:` name. Their package is loaded when one is needed.
 *
 * @throws WiringError `SECRETS_PACKAGE_MISSING`
 */
export async function openSecrets(logger: Logger): Promise<SecretSource> {
  try {
    const { createAwsSecretSource } = await import('@tidemark/secrets-aws');
    return createAwsSecretSource({ logger });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new WiringError('SECRETS_PACKAGE_MISSING', { message: 'The configuration refers to secrets in AWS, and @tidemark/secrets-aws is not installed.', cause });
  }
}
