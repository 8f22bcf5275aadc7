export { startLoginServer, type GivenLogin, type LoginServer, type LoginServerOptions } from './login-server.ts';
export { signatureFault, type AccessKey, type Scope, type SignedRequest } from './signature.ts';
