import { Signer } from '@aws-sdk/rds-signer';
import { Secret } from '@tidemark/domain';
import type { AwsLogin } from './aws-login.ts';
import { translateError } from './translate-error.ts';

export interface RdsLoginRequest {
  readonly region: string;
  /** Of the instance itself, not of a tunnel to it: the token is made out to it. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html: a token opens sessions for 15 minutes. */
const TOKEN_MS = 900_000;

/**
 * Makes a token for an RDS or Aurora instance. No request is sent to RDS; the default credential chain of the AWS SDK may send its own.
 * @throws AwsLoginError
 */
export async function rdsLogin({ region, host, port, username }: RdsLoginRequest): Promise<AwsLogin> {
  const madeAt = Date.now();
  try {
    const token = await new Signer({ region, hostname: host, port, username }).getAuthToken();
    return { username, password: new Secret(token), expiresAt: new Date(madeAt + TOKEN_MS) };
  } catch (raw) {
    throw translateError(raw, `${username} at ${host}:${port} (${region})`, { region, host, username });
  }
}
