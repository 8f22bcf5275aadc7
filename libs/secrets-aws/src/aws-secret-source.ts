import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { SecretReference, SecretScheme, SecretSource } from '@tidemark/config';
import { silentLogger, type Logger } from '@tidemark/domain';
import { SecretError } from './errors.ts';
import { secretName } from './secret-name.ts';
import { secretText } from './secret-text.ts';
import { translateError } from './translate-error.ts';

/** A read takes no longer than this; a proxy that swallows requests is told soon. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** Requests in all for one secret; a read may be repeated. */
const ATTEMPTS = 3;

export interface AwsSecretSettings {
  /** Where a reference names no region; AWS_REGION or the profile's by default. */
  readonly region?: string;
  readonly logger?: Logger;
}

/**
 * Secrets from AWS Secrets Manager (`aws-sm:name`, `aws-sm:name#key`) and the SSM Parameter Store (`aws-ssm:/name`).
 * Credentials and region come from the default chain of the AWS SDK. A secret that several references mean is asked for once per `read`.
 */
export function createAwsSecretSource(settings: AwsSecretSettings = {}): SecretSource {
  return {
    async read(references) {
      using reading = new Reading(settings);
      return await Promise.all(references.map((reference) => reading.textOf(reference)));
    },
  };
}

type Client = SecretsManagerClient | SSMClient;

/** The clients and answers of one `read`. */
class Reading implements Disposable {
  readonly #settings: AwsSecretSettings;
  readonly #logger: Logger;
  readonly #clients = new Map<string, Client>();
  readonly #answers = new Map<string, Promise<string>>();

  constructor(settings: AwsSecretSettings) {
    this.#settings = settings;
    this.#logger = settings.logger ?? silentLogger;
  }

  async textOf(reference: SecretReference): Promise<string> {
    const { id, key, region } = secretName(reference);
    const asked = `${reference.scheme} ${id}`;
    const answer = this.#answers.get(asked) ?? this.#ask(reference, id, region);
    this.#answers.set(asked, answer);
    try {
      return secretText(await answer, key, reference);
    } catch (raw) {
      throw translateError(raw, reference);
    }
  }

  async #ask(reference: SecretReference, id: string, region: string | null): Promise<string> {
    const client = this.#client(reference.scheme, region ?? this.#settings.region);
    await requireRegion(client, reference);
    const text = client instanceof SSMClient ? (await client.send(new GetParameterCommand({ Name: id, WithDecryption: true }))).Parameter?.Value : (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
    if (text === undefined) throw new SecretError('SECRET_FORM', { message: `${reference.scheme}:${reference.name} holds no text; ${reference.place} needs one`, details: { reference } });
    this.#logger.debug({ scheme: reference.scheme, secret: id }, 'secret read');
    return text;
  }

  #client(scheme: SecretScheme, region: string | undefined): Client {
    const key = `${scheme} ${region ?? ''}`;
    const settings = { maxAttempts: ATTEMPTS, requestHandler: TIMEOUTS, ...(region === undefined ? {} : { region }) };
    const client = this.#clients.get(key) ?? (scheme === 'aws-sm' ? new SecretsManagerClient(settings) : new SSMClient(settings));
    this.#clients.set(key, client);
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.destroy();
  }
}

/** The SDK tells a missing region in words only, so it is asked for first. */
async function requireRegion(client: Client, reference: SecretReference): Promise<void> {
  try {
    await client.config.region();
  } catch {
    throw new SecretError('SECRET_REGION_MISSING', { message: `${reference.scheme}:${reference.name} cannot be read for ${reference.place}: no AWS region is set`, details: { reference } });
  }
}
