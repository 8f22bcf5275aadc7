import { randomBytes, timingSafeEqual } from 'node:crypto';
import { md5Password } from './md5-password.ts';
import { cString, int32, message } from './messages.ts';

/** How clients prove their password. Redshift asks for MD5 of users with a plain or md5 PASSWORD. */
export type LoginMethod = 'md5' | 'cleartext';

export interface LoginChallenge {
  readonly request: Buffer;
  /** Checks the body of the client's PasswordMessage. */
  readonly accepts: (body: Buffer) => boolean;
}

/** Asks a client for its password. A user that does not exist gets the same question. */
export function loginChallenge(method: LoginMethod, user: string, password: string | undefined): LoginChallenge {
  const salt = randomBytes(4);
  const expected = method === 'md5' ? md5Password(user, password ?? randomBytes(16).toString('hex'), salt) : password;
  return {
    request: method === 'md5' ? message('R', int32(5), salt) : message('R', int32(3)),
    accepts: (body) => {
      if (password === undefined || expected === undefined) return false;
      const wanted = cString(expected);
      return body.length === wanted.length && timingSafeEqual(body, wanted);
    },
  };
}
