import type { Secret } from '@tidemark/domain';

/** With what COPY reads S3. https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html */
export type CopyAuthorization =
  /** `default`, an ARN, or ARNs joined by commas. */
  | { readonly iamRole: string }
  | { readonly accessKeyId: string; readonly secretAccessKey: Secret; readonly sessionToken: Secret | null };

/** Fixed, or asked before each COPY for credentials that expire. */
export type CopyAuthorizationSource = CopyAuthorization | (() => Promise<CopyAuthorization>);

/** The values that may appear in no text. */
export function secretsOf(authorization: CopyAuthorization): readonly string[] {
  if ('iamRole' in authorization) return [];
  return [authorization.secretAccessKey.reveal(), authorization.sessionToken?.reveal() ?? ''].filter((secret) => secret !== '');
}
