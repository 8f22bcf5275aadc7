export type { AwsLogin } from './aws-login.ts';
export { clusterLogin, type ClusterLoginRequest } from './cluster-login.ts';
export { AWS_LOGIN_ERRORS, AwsLoginError, type AwsLoginErrorCode } from './errors.ts';
export { rdsLogin, type RdsLoginRequest } from './rds-login.ts';
export { serverlessLogin, type ServerlessLoginRequest } from './serverless-login.ts';
