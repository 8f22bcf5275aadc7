import { GetCredentialsCommand, RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { Secret } from '@tidemark/domain';
import { LOGIN_SECONDS, REQUEST_LIMITS, type AwsLogin } from './aws-login.ts';
import { AwsLoginError } from './errors.ts';
import { translateError } from './translate-error.ts';

export interface ServerlessLoginRequest {
  readonly region: string;
  readonly workgroupName: string;
  readonly database: string;
}

/**
 * Asks for a login to a workgroup of Redshift Serverless (GetCredentials), by the default credential chain of the AWS SDK.
 * Who logs in follows from the AWS identity: `IAM:user` or `IAMR:role`.
 *
 * @throws AwsLoginError
 */
export async function serverlessLogin({ region, workgroupName, database }: ServerlessLoginRequest): Promise<AwsLogin> {
  const client = new RedshiftServerlessClient({ region, ...REQUEST_LIMITS });
  const wanted = `${database} of the workgroup ${workgroupName} (${region})`;
  const details = { region, workgroupName, database };
  try {
    const { dbUser, dbPassword, expiration } = await client.send(new GetCredentialsCommand({ workgroupName, dbName: database, durationSeconds: LOGIN_SECONDS }));
    if (dbUser === undefined || dbPassword === undefined || expiration === undefined) {
      throw new AwsLoginError('AWS_LOGIN_UNREACHABLE', { message: `AWS gave no login for ${wanted}: its answer lacks the user, the password or the time of expiry.`, details });
    }
    return { username: dbUser, password: new Secret(dbPassword), expiresAt: expiration };
  } catch (raw) {
    throw raw instanceof AwsLoginError ? raw : translateError(raw, wanted, details);
  } finally {
    client.destroy();
  }
}
