import { defineErrors, errorClass } from '@tidemark/domain';

export const CONNECTION_ERRORS = defineErrors({
  SOURCE_UNREACHABLE: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The MySQL server does not answer.',
    remedy: ['Check host and port of the source, and that this machine may reach them: tidemark connections test.'],
  },
  SOURCE_LOGIN_REFUSED: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The MySQL server refused the login.',
    remedy: ['Check user name and password of the source, and that the user may log in from this host.'],
  },
  SOURCE_DATABASE_MISSING: {
    kind: 'source', exit: 13, retry: 'never', summary: 'The MySQL server has no such database, or the user may not use it.',
    remedy: ['Correct database of the source, or grant SELECT on it.'],
  },
  SOURCE_TLS: {
    kind: 'source', exit: 13, retry: 'never', summary: 'No trusted TLS session with the MySQL server.',
    remedy: ['Set tls.ca_file to the authority that signed the server’s certificate, or choose another tls.mode.'],
  },
  TARGET_UNREACHABLE: {
    kind: 'target', exit: 15, retry: 'later', summary: 'The Redshift endpoint does not answer.',
    remedy: ['Check host and port of the target, that the cluster runs, and that this machine may reach it: tidemark connections test.'],
  },
  TARGET_LOGIN_REFUSED: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'Redshift refused the login.',
    remedy: ['Check user name and password of the target. A user whose password was set as sha256|… cannot log in through this driver: set it in plain text or as md5….'],
  },
  TARGET_DATABASE_MISSING: {
    kind: 'target', exit: 15, retry: 'never', summary: 'Redshift has no such database.',
    remedy: ['Correct database of the target.'],
  },
  TARGET_TLS: {
    kind: 'target', exit: 15, retry: 'never', summary: 'No trusted TLS session with Redshift.',
    remedy: ['Set tls.ca_file to the Amazon Trust bundle, or choose another tls.mode.'],
  },
  CONNECTION_TOKEN_NEEDS_TLS: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A temporary credential would travel unencrypted.',
    remedy: ['Set tls.mode to required, verify-ca or verify-full.'],
  },
  CONNECTION_NOT_REGISTERED: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The registry has no connection of this name.',
    remedy: ['Name one of those that the message lists, or add it where the registry is made.'],
  },
  CONNECTION_CA_FILE: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The file of tls.ca_file cannot be read.',
    remedy: ['Correct tls.ca_file.'],
  },
});

/** Errors of connecting and logging in. */
export class ConnectionError extends errorClass('ConnectionError', CONNECTION_ERRORS) {}
