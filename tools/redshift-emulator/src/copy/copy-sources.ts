import { SqlError } from '../wire/sql-error.ts';
import type { CopyAuthorization } from '../sql/copy-statement.ts';
import { S3Reader } from './s3-reader.ts';
import type { AwsCredentials } from './sign-request.ts';

/** Where COPY reads and as whom. */
export interface S3Options {
  /** `http://127.0.0.1:9000`; buckets are the first part of the path. */
  readonly endpoint: string;
  readonly region?: string;
  /** Role ARN → the keys with which COPY signs its requests under that role. Other roles are refused. */
  readonly roles?: Readonly<Record<string, AwsCredentials>>;
  /** ARN that `IAM_ROLE default` stands for. */
  readonly defaultRole?: string;
}

const ACCESS_DENIED = 'S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 0000000000000000,CanRetry 1';

function denied(detail: string): SqlError {
  return new SqlError('XX000', ACCESS_DENIED, { detail });
}

/** Gives readers of S3 for what a COPY says about itself. */
export class CopySources {
  readonly #options: S3Options | undefined;

  constructor(options: S3Options | undefined) {
    this.#options = options;
  }

  /** A reader that signs as the COPY asks; roles that are not configured are refused as S3 would. */
  reader(authorization: CopyAuthorization): S3Reader {
    if (this.#options === undefined) throw new SqlError('XX000', 'This stand-in was started without an S3 endpoint.');
    const { endpoint, region = 'us-east-1' } = this.#options;
    return new S3Reader(endpoint, region, this.#credentials(authorization, this.#options));
  }

  #credentials(authorization: CopyAuthorization, options: S3Options): AwsCredentials {
    if (authorization.kind === 'keys') return authorization;
    const arns = authorization.kind === 'role' ? authorization.arns : [options.defaultRole ?? ''];
    if (authorization.kind === 'default-role' && options.defaultRole === undefined) throw new SqlError('XX000', 'The default IAM role is not set for this cluster');
    const credentials = arns.map((arn) => options.roles?.[arn]);
    const unknown = arns.find((_arn, index) => credentials[index] === undefined);
    if (unknown !== undefined) throw denied(`The role ${unknown} cannot be assumed by this cluster.`);
    return credentials.at(-1)!;
  }
}
