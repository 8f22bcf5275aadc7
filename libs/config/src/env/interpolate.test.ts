import { describe, expect, test } from 'vitest';
import { interpolate } from './interpolate.ts';
import { Variables } from './variables.ts';

const variables = new Variables(
  { DB_HOST: 'mysql.example.com', DB_EMPTY: '', DB_BOTH: 'environment', ACME_KEY: 'acme', HOME: '/root', DB_NESTED: '${DB_HOST}' },
  [new Map([['LOCAL_ONLY', 'local'], ['DB_BOTH', 'file'], ['HOME_OF_ENV', 'x']]), new Map([['LOCAL_ONLY', 'weaker'], ['COMMON', 'common']])],
  ['ACME_'],
);

describe('variables in values', () => {
  test.each([
    ['${DB_HOST}', 'mysql.example.com'],
    ['a-${DB_HOST}-b', 'a-mysql.example.com-b'],
    ['${DB_HOST:-other}', 'mysql.example.com'],
    ['${DB_MISSING:-other}', 'other'],
    ['${DB_MISSING:-}', ''],
    ['${DB_MISSING:-a:-b}', 'a:-b'],
    ['${DB_EMPTY}', ''],
    ['${DB_EMPTY:-other}', 'other'],
    ['${DB_BOTH}', 'environment'],
    ['${LOCAL_ONLY}${COMMON}', 'localcommon'],
    ['${ACME_KEY}', 'acme'],
    ['${DB_NESTED}', '${DB_HOST}'],
    ['$DB_HOST costs 5$', '$DB_HOST costs 5$'],
  ])('%s', (text, expected) => {
    expect(interpolate(text, variables)).toEqual({ text: expected, faults: [] });
  });

  test.each([
    ['${DB_MISSING}', [{ kind: 'unset', name: 'DB_MISSING' }]],
    ['${HOME}', [{ kind: 'forbidden', name: 'HOME' }]],
    ['${HOME:-default}', [{ kind: 'forbidden', name: 'HOME' }]],
    ['${DB_A}${DB_B}', [{ kind: 'unset', name: 'DB_A' }, { kind: 'unset', name: 'DB_B' }]],
    ['${}', [{ kind: 'malformed' }]],
    ['${1A}', [{ kind: 'malformed' }]],
    ['${DB_HOST', [{ kind: 'malformed' }]],
    ['${DB_HOST:?x}', [{ kind: 'malformed' }]],
  ])('%s is a fault', (text, faults) => {
    expect(interpolate(text, variables).faults).toEqual(faults);
  });
});
