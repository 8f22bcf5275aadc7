export { STACK_ALREADY_RUNNING, STACK_NOT_RUNNING, STACK_PROGRAM_MISSING, STACK_SERVER_FAILED, StackError, type StackErrorCode } from './errors.ts';
export { type Login, type MariadbOptions, type MariadbServer, randomLogin, startMariadb } from './mariadb.ts';
export { type MysqlEndpoint, type MysqlSession, type TextRow, openMysqlSession } from './mysql-session.ts';
export { type ServerProcess } from './server-process.ts';
export { type TlsCertificate, makeTlsCertificate } from './tls-certificate.ts';
