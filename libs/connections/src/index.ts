export { directEndpoint, type Endpoint, type EndpointResolver } from './endpoint.ts';
export { CONNECTION_ERRORS, ConnectionError } from './errors.ts';
export { openMysqlConnection, type MysqlOptions } from './mysql-connection.ts';
export { openRedshiftClient, type RedshiftOptions } from './redshift-client.ts';
export { type TlsMode, type TlsSettings } from './tls-options.ts';
