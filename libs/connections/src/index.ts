export { directEndpoint, type Endpoint, type EndpointResolver } from './endpoint.ts';
export { CONNECTION_ERRORS, ConnectionError } from './errors.ts';
export { openMysqlConnection, type MysqlOptions } from './mysql-connection.ts';
export { openRedshiftSession, type RedshiftOptions, type RedshiftSession } from './redshift-session.ts';
export { type TlsMode, type TlsSettings } from './tls-options.ts';
