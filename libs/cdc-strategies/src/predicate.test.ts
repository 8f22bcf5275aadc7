import { expect, test } from 'vitest';
import { checkPredicate } from './predicate.ts';

test.each(["state IS NOT NULL", "state = 'it''s (not) closed'", "note <> '-- no comment'", 'a = 1 or (b = 2 and c in (1, 2))', '`odd;name` = 1'])('%s is one condition', (condition) => {
  expect(() => checkPredicate(condition, 'sales.orders')).not.toThrow();
});

test.each([
  ['1 = 1) or (1 = 1', 'a closing parenthesis without an opening one'],
  ['(a = 1', 'a parenthesis that is not closed'],
  ["a = 'x", 'a quote that is not closed'],
  ['a = 1 -- b', 'a comment'],
  ['a = 1 # b', 'a comment'],
  ['a = 1 /* b', 'a comment'],
  ['a = 1; select 1', 'a semicolon'],
  ["a = 'x\\' or 1 = 1'", 'a backslash, which depends on the sql_mode'],
  [' ', 'no condition'],
])('%s holds %s', (condition, found) => {
  expect(() => checkPredicate(condition, 'sales.orders')).toThrowError(expect.objectContaining({ code: 'CDC_PREDICATE', details: { place: 'sales.orders', found } }));
});
