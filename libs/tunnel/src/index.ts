export { TUNNEL_ERRORS, TunnelError } from './errors.ts';
export { fingerprintOf, judgeHostKey, knownHostsLine, type HostKeyVerdict } from './known-hosts.ts';
export { SharedTunnel } from './shared-tunnel.ts';
export { openTunnel, type Tunnel } from './tunnel.ts';
export type { Destination, SshHost, TunnelOptions } from './tunnel-options.ts';
