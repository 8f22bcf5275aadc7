import type { ResolvedAuth } from '@tidemark/config';
import { rememberLogin, type Login, type LoginSource } from '@tidemark/connections';
import { WiringError } from './errors.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
}

/** Where the login of a connection comes from; nothing where the configuration has it. AWS is asked when a session is opened, and again before a login expires. */
export function loginOf(auth: ResolvedAuth, place: Place): { readonly login?: LoginSource } {
  return auth.kind === 'password' ? {} : { login: rememberLogin(() => askAws(auth, place)) };
}

async function askAws(auth: Exclude<ResolvedAuth, { kind: 'password' }>, { host, port, database, username }: Place): Promise<Login> {
  const { clusterLogin, rdsLogin, serverlessLogin } = await loadPackage();
  const { region } = auth;
  if (auth.kind === 'rds') return rdsLogin({ region, host, port, username });
  if (auth.kind === 'cluster') return clusterLogin({ region, clusterIdentifier: auth.clusterIdentifier, database, username });
  return serverlessLogin({ region, workgroupName: auth.workgroupName, database });
}

/** @throws WiringError `AUTH_PACKAGE_MISSING` */
async function loadPackage(): Promise<typeof import('@tidemark/aws-auth')> {
  try {
    return await import('@tidemark/aws-auth');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new WiringError('AUTH_PACKAGE_MISSING', { message: 'A connection logs in by IAM, and @tidemark/aws-auth is not installed.', cause });
  }
}
