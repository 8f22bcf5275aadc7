import { defineErrors, errorClass } from '@tidemark/domain';

export const TUNNEL_ERRORS = defineErrors({
  TUNNEL_HOST_KEY_UNKNOWN: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The ssh server’s host key is not known.',
    remedy: ['Check the fingerprint with the server’s administrator, then add the shown line to known_hosts or set host_key_sha256.'],
  },
  TUNNEL_HOST_KEY_CHANGED: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The ssh server shows another host key than the known one.',
    remedy: ['Ask the server’s administrator whether the key was replaced. Only then remove the old line from known_hosts and add the new one, or change host_key_sha256.'],
  },
  TUNNEL_KNOWN_HOSTS: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The known_hosts file cannot be read.',
    remedy: ['Correct known_hosts_path, or set host_key_sha256 instead.'],
  },
  TUNNEL_PRIVATE_KEY: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The private key cannot be used.',
    remedy: ['Check private_key_path, its permissions and its passphrase.'],
  },
  TUNNEL_AGENT: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The ssh agent cannot be used.',
    remedy: ['Start an agent, add the key to it (ssh-add), and let SSH_AUTH_SOCK name its socket. Or set private_key_path instead of agent.'],
  },
  TUNNEL_LOGIN_REFUSED: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The ssh server refused the login.',
    remedy: ['Check the user name, and that the server knows the public key.'],
  },
  TUNNEL_UNREACHABLE: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The ssh server does not answer.',
    remedy: ['Check host and port of ssh_tunnel, and that this machine may reach them.'],
  },
  TUNNEL_FORWARD_REFUSED: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The ssh server would not open the way to the database.',
    remedy: ['Check host and port of the database as the ssh server sees them, and that the server allows TCP forwarding.'],
  },
  TUNNEL_LOCAL_PORT: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The local port of the tunnel cannot be opened.',
    remedy: ['Set local_port to a free port, or to 0 to let one be chosen.'],
  },
  TUNNEL_LOST: {
    kind: 'source', exit: 13, retry: 'now', summary: 'The ssh session ended while it was in use.',
    remedy: ['Run again: work goes on after the last batch.'],
  },
});

/** Errors of the ssh tunnel. */
export class TunnelError extends errorClass('TunnelError', TUNNEL_ERRORS) {}
