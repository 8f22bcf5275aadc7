export { startSecretServer, type KeptSecrets, type SecretServer, type SeenRequest } from './secret-server.ts';
