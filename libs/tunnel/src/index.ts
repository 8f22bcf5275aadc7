export { TUNNEL_ERRORS, TunnelError } from './errors.ts';
export { fingerprintOf, judgeHostKey, knownHostsLine, type HostKeyVerdict } from './known-hosts.ts';
export { openTunnel, type Tunnel, type TunnelOptions } from './tunnel.ts';
