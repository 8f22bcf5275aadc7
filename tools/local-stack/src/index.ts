export { STACK_ALREADY_RUNNING, STACK_NOT_RUNNING, STACK_PROGRAM_MISSING, STACK_SERVER_FAILED, StackError, type StackErrorCode } from './errors.ts';
export { type Login, randomLogin } from './login.ts';
export { type MariadbOptions, type MariadbServer, startMariadb } from './mariadb.ts';
export { type MysqlEndpoint, type MysqlSession, type TextRow, openMysqlSession } from './mysql-session.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { type PostgresEndpoint, type PostgresSession, openPostgresSession } from './postgres-session.ts';
export { type ServerProcess } from './server-process.ts';
export { type ForwardTarget, type SshdOptions, type SshdServer, startSshd } from './sshd.ts';
export { type TlsCertificate, makeTlsCertificate } from './tls-certificate.ts';
