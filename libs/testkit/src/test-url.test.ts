import { describe, expect, test } from 'vitest';
import { readTestUrl } from './test-url.ts';

test('a URL is taken apart and percent-decoded', () => {
  const url = readTestUrl('X', ['mysql'], { X: 'mysql://ad%40min:p%2Fw@db.example.com:3307/sales?ca=/tmp/ca.pem' });
  expect(url).toMatchObject({ protocol: 'mysql', host: 'db.example.com', port: 3307, username: 'ad@min', password: 'p/w', path: 'sales' });
  expect(url?.parameters.get('ca')).toBe('/tmp/ca.pem');
});

test('an IPv6 address loses its brackets', () => {
  expect(readTestUrl('X', ['ssh'], { X: 'ssh://me@[::1]:22' })?.host).toBe('::1');
});

test.each([undefined, ''])('%j means: no server is named', (text) => {
  expect(readTestUrl('X', ['mysql'], { X: text })).toBeUndefined();
});

describe('something else is an error that does not show it', () => {
  test.each(['http://user:secret@host', 'not a url with secret'])('%s', (text) => {
    const read = (): unknown => readTestUrl('X', ['mysql'], { X: text });
    expect(read).toThrow(/^X is not a URL/);
    expect(read).not.toThrow(/secret/);
  });
});
