import { randomBytes } from 'node:crypto';

/** A user of a server. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A user name that begins with the role, and a password; both are safe in URLs and SQL literals. */
export function randomLogin(role: string): Login {
  return { username: `${role}_${randomBytes(3).toString('hex')}`, password: randomBytes(12).toString('base64url') };
}
