/** Why a certificate is not trusted, by the code of Node. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_SIGNATURE_FAILURE: 'no authority that is trusted signed its certificate',
  CERT_REVOKED: 'its certificate is revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'no authority that is trusted signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'no authority that is trusted signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'no authority that is trusted signed its certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'no authority that is trusted signed its certificate',
};

/** What is wrong with a TLS session, as the end of a sentence with the code of the error; null when the error is about something else. */
export function tlsProblem(error: Error & { readonly code?: string }): string | null {
  const code = error.code ?? '';
  const known = CERTIFICATE_PROBLEMS[code];
  if (known !== undefined) return `${known} (${code})`;
  return /^ERR_(SSL|TLS)_|^(EPROTO|CERT_|CRL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/.test(code) ? `${error.message} (${code})` : null;
}
