import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprintOf, judgeHostKey, knownAlgorithms, knownHostsLine } from './known-hosts.ts';

function keyBlob(type: string, filler: number): Buffer {
  const name = Buffer.from(type);
  return Buffer.concat([Buffer.from([0, 0, 0, name.length]), name, Buffer.alloc(40, filler)]);
}

const key = keyBlob('ssh-ed25519', 1);
const other = keyBlob('ssh-ed25519', 2);
const line = (hosts: string, blob = key): string => `${hosts} ssh-ed25519 ${blob.toString('base64')} a comment`;

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

test.each([
  ['a plain name', line('bastion.example.com'), 22, 'known'],
  ['one of several names', line('other.example.com,bastion.example.com'), 22, 'known'],
  ['a name with a port', line('[bastion.example.com]:2222'), 2222, 'known'],
  ['the port left out', line('bastion.example.com'), 2222, 'unknown'],
  ['a hashed name', line(hashed('bastion.example.com')), 22, 'known'],
  ['a hashed name with a port', line(hashed('[bastion.example.com]:2222')), 2222, 'known'],
  ['a pattern', line('*.example.com'), 22, 'known'],
  ['a negated pattern', line('*.example.com,!bastion.example.com'), 22, 'unknown'],
  ['another key', line('bastion.example.com', other), 22, 'changed'],
  ['another key and the right one', `${line('bastion.example.com', other)}\n${line('bastion.example.com')}`, 22, 'known'],
  ['a revoked key', `${line('bastion.example.com')}\n@revoked ${line('*')}`, 22, 'revoked'],
  ['an authority only', `@cert-authority ${line('*')}`, 22, 'authority'],
  ['an authority of other hosts', `@cert-authority ${line('*.example.org')}`, 22, 'unknown'],
  ['an authority and the right key', `@cert-authority ${line('*', other)}\n${line('bastion.example.com')}`, 22, 'known'],
  ['two ports of one host, two keys: the first', `${line('[bastion.example.com]:2222')}\n${line('[bastion.example.com]:2223', other)}`, 2222, 'known'],
  ['two ports of one host, two keys: the second', `${line('[bastion.example.com]:2222')}\n${line('[bastion.example.com]:2223', other)}`, 2223, 'changed'],
  ['comments and empty lines', `# ${line('bastion.example.com')}\n\n`, 22, 'unknown'],
  ['a broken hash', line('|1|x'), 22, 'unknown'],
  ['nothing', '', 22, 'unknown'],
] as const)('%s: %s', (_name, text, port, verdict) => {
  expect(judgeHostKey(text, 'bastion.example.com', port, key)).toBe(verdict);
});

test('the shown line makes the key known', () => {
  expect(judgeHostKey(knownHostsLine('Bastion.example.com', 2222, key), 'bastion.example.com', 2222, key)).toBe('known');
});

test('the algorithms of the known keys are asked for, RSA by its SHA-2 signatures', () => {
  const rsa = `bastion.example.com ssh-rsa ${keyBlob('ssh-rsa', 3).toString('base64')}`;
  expect(knownAlgorithms(`${rsa}\n${line('bastion.example.com')}`, 'bastion.example.com', 22)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
});

test('a fingerprint has no padding', () => {
  expect(fingerprintOf(key)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});
