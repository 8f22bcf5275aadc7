import type { ResolvedAuth } from '@tidemark/config';
import type { LoginSource } from '@tidemark/connections';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
}

/** Where the login of a connection comes from; nothing where the configuration has it. */
export function loginOf(_auth: ResolvedAuth, _place: Place): { readonly login?: LoginSource } {
  return {};
}
