import { GetClusterCredentialsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { Secret } from '@tidemark/domain';
import { LOGIN_SECONDS, REQUEST_LIMITS, type AwsLogin } from './aws-login.ts';
import { AwsLoginError } from './errors.ts';
import { translateError } from './translate-error.ts';

export interface ClusterLoginRequest {
  readonly region: string;
  readonly clusterIdentifier: string;
  readonly database: string;
  /** A user of the database; none is made. */
  readonly username: string;
}

/**
 * Asks for a login to a provisioned cluster (GetClusterCredentials), by the default credential chain of the AWS SDK.
 * The name to log in with is the one that AWS gives: `IAM:` and the user's.
 *
 * @throws AwsLoginError
 */
export async function clusterLogin({ region, clusterIdentifier, database, username }: ClusterLoginRequest): Promise<AwsLogin> {
  const client = new RedshiftClient({ region, ...REQUEST_LIMITS });
  const wanted = `${username} in ${database} of the cluster ${clusterIdentifier} (${region})`;
  const details = { region, clusterIdentifier, database, username };
  try {
    const answer = await client.send(new GetClusterCredentialsCommand({ ClusterIdentifier: clusterIdentifier, DbName: database, DbUser: username, AutoCreate: false, DurationSeconds: LOGIN_SECONDS }));
    if (answer.DbUser === undefined || answer.DbPassword === undefined || answer.Expiration === undefined) throw incomplete(wanted, details);
    return { username: answer.DbUser, password: new Secret(answer.DbPassword), expiresAt: answer.Expiration };
  } catch (raw) {
    throw raw instanceof AwsLoginError ? raw : translateError(raw, wanted, details);
  } finally {
    client.destroy();
  }
}

function incomplete(wanted: string, details: Readonly<Record<string, string>>): AwsLoginError {
  return new AwsLoginError('AWS_LOGIN_UNREACHABLE', { message: `AWS gave no login for ${wanted}: its answer lacks the user, the password or the time of expiry.`, details });
}
