import { describe, expect, test } from 'vitest';
import { configTexts } from '../../test/config-texts.ts';
import { buildConfig } from '../build-config.ts';
import type { ConfigProblem } from '../problem/config-problem.ts';

const TUNNEL = { host: 'bastion.example.com', username: 'etl', private_key_path: 'keys/etl' };

function texts(source: object, target: object = {}) {
  return configTexts({
    'connections.yml': JSON.stringify({
      connections: {
        sources: { SHOP_RO: { host: 'mysql.example.com', database: 'sales', username: 'reader', password: 'open-sesame', ...source } },
        targets: { dw: { host: 'dw.example.com', database: 'dev', username: 'loader', password: 'open-sesame', ...target } },
      },
      s3_configs: { s3_qa: { bucket_name: 'shop-lake', region: 'eu-central-1' } },
    }),
  });
}

function problems(source: object, target: object = {}): string[] {
  try {
    buildConfig(texts(source, target));
    return [];
  } catch (error) {
    return ((error as { details: { problems: ConfigProblem[] } }).details.problems).map(({ message }) => message);
  }
}

describe('jump', () => {
  test('gives the servers in their order; known_hosts is that of the tunnel where a server says none', () => {
    const jump = [{ host: 'edge.example.com', username: 'a', agent: true }, { host: 'inner.example.com', port: 2222, username: 'b', password: 'p', known_hosts_path: '/etc/hosts.inner' }];
    const { tunnel } = buildConfig(texts({ ssh_tunnel: { ...TUNNEL, known_hosts_path: '/etc/known_hosts', jump } })).sources.get('SHOP_RO');
    expect(tunnel!.jump).toMatchObject([
      { host: 'edge.example.com', port: 22, username: 'a', useAgent: true, privateKeyPath: null, knownHostsPath: '/etc/known_hosts', hostKeySha256: null },
      { host: 'inner.example.com', port: 2222, username: 'b', useAgent: false, knownHostsPath: '/etc/hosts.inner' },
    ]);
    expect(tunnel!.jump[1]!.password!.reveal()).toBe('p');
  });

  test('each server needs a user and a way to log in', () => {
    expect(problems({ ssh_tunnel: { ...TUNNEL, jump: [{ host: 'edge.example.com', agent: true }, { host: 'inner.example.com', username: 'b' }] } })).toEqual([
      expect.stringContaining('connections.sources.SHOP_RO.ssh_tunnel.jump.0 has no username'),
      expect.stringContaining('connections.sources.SHOP_RO.ssh_tunnel.jump.1 has no way to log in'),
    ]);
    expect(problems({ ssh_tunnel: { ...TUNNEL, jump: [] } })).toEqual([expect.stringContaining('jump')]);
  });

  test('explain hides its secrets', () => {
    const config = buildConfig(texts({ ssh_tunnel: { ...TUNNEL, jump: [{ host: 'edge.example.com', username: 'a', private_key_path: 'k', passphrase: 'open-sesame' }] } }));
    expect(JSON.stringify(config.explain('connections.sources.SHOP_RO'))).not.toContain('open-sesame');
  });
});

describe('auth', () => {
  test('of a source: a token of RDS needs a region, and TLS that cannot be left out', () => {
    expect(problems({ auth: 'iam' })).toEqual([expect.stringContaining('has no region'), expect.stringContaining('with tls.mode preferred, which may send the token in the clear')]);
    const source = buildConfig(texts({ auth: 'iam', region: 'eu-central-1', tls: { mode: 'verify-full' } })).sources.get('SHOP_RO');
    expect(source.auth).toEqual({ kind: 'rds', region: 'eu-central-1' });
    expect(source.password.reveal()).toBe('');
  });

  test('of a target: a cluster or a workgroup', () => {
    expect(problems({}, { auth: 'iam', region: 'eu-central-1', tls: { mode: 'disabled' } })).toEqual([expect.stringContaining('has no cluster_identifier'), expect.stringContaining('with tls.mode disabled')]);
    expect(problems({}, { auth: 'iam_serverless' })).toEqual([expect.stringContaining('has no region'), expect.stringContaining('has no workgroup_name')]);
    const target = (settings: object) => buildConfig(texts({}, settings)).targets.get('dw').auth;
    expect(target({ auth: 'iam', region: 'eu-central-1', cluster_identifier: 'dw-1' })).toEqual({ kind: 'cluster', region: 'eu-central-1', clusterIdentifier: 'dw-1' });
    expect(target({ auth: 'iam_serverless', region: 'eu-central-1', workgroup_name: 'shop' })).toEqual({ kind: 'serverless', region: 'eu-central-1', workgroupName: 'shop' });
  });
});

test('a pool that keeps more connections than it allows', () => {
  expect(problems({ connection_pool: { min_connections: 3, max_connections: 2 } })).toEqual([expect.stringContaining('connections.sources.SHOP_RO.connection_pool keeps 3 connections open and allows 2')]);
});
