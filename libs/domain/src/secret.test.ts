import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const VALUE = 'hunter2 "quoted" \u{1F511}';
const secret = new Secret(VALUE);

/** What a console writes for its arguments. */
function printed(print: (console: Console) => void): string {
  let text = '';
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => { text += chunk.toString('utf8'); done(); } });
  print(new Console({ stdout: stream, stderr: stream }));
  return text;
}

test('reveal() gives the value, also an empty one', () => {
  expect(secret.reveal()).toBe(VALUE);
  expect(new Secret('').reveal()).toBe('');
});

test.each<readonly [string, () => string]>([
  ['console.log', () => printed((to) => to.log(secret))],
  ['console.log of an object around it', () => printed((to) => to.log({ login: { password: secret } }))],
  ['console.log with %s', () => printed((to) => to.log('%s', secret))],
  ['console.log with %j', () => printed((to) => to.log('%j', { secret }))],
  ['console.log with %o', () => printed((to) => to.log('%o', { secret }))],
  ['console.log with %O', () => printed((to) => to.log('%O', [secret]))],
  ['console.dir with everything shown', () => printed((to) => to.dir(secret, { showHidden: true, depth: null }))],
  ['console.table', () => printed((to) => to.table([{ secret }]))],
  ['JSON.stringify', () => JSON.stringify({ password: secret, list: [secret] })],
  ['JSON.stringify with a replacer', () => JSON.stringify({ secret }, (_key, value: unknown) => value, 2)],
  ['inspect', () => inspect(secret)],
  ['inspect with hidden fields and getters', () => inspect({ secret }, { showHidden: true, getters: true, depth: null })],
  ['inspect without custom inspection', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['format', () => format('%s %o', secret, secret)],
  ['a template', () => `password=${secret}`],
  ['String()', () => String(secret)],
  ['concatenation', () => 'password=' + (secret as unknown as string)],
  ['join', () => [secret, secret].join()],
  ['toLocaleString', () => secret.toLocaleString()],
  ['valueOf', () => String(secret.valueOf())],
  ['an error made from it', () => inspect(new Error(String(secret), { cause: { secret } }))],
])('%s does not show it', (_name, show) => {
  const shown = show();
  expect(shown).not.toContain('hunter2');
  expect(shown).not.toContain('\u{1F511}');
});

test('what is shown in its place', () => {
  expect(`${secret}`).toBe('[secret]');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
  expect(inspect({ secret })).toBe('{ secret: [secret] }');
});

test.each<readonly [string, () => unknown]>([
  ['keys', () => Object.keys(secret)],
  ['own names', () => Object.getOwnPropertyNames(secret)],
  ['symbols', () => Object.getOwnPropertySymbols(secret)],
  ['entries', () => Object.entries(secret)],
  ['a spread copy', () => Object.entries({ ...secret })],
  ['a structured clone', () => Object.entries(structuredClone(secret) as object)],
])('its %s are empty', (_name, look) => {
  expect(look()).toEqual([]);
});
