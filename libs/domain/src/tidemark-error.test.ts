import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';
import { defineErrors, errorClass, isTidemarkError, TidemarkError } from './tidemark-error.ts';

const SHOP_ERRORS = defineErrors({
  SHOP_CLOSED: { kind: 'source', exit: 13, retry: 'later', summary: 'The shop is closed.', remedy: ['Come back tomorrow.'] },
  SHOP_FULL: { kind: 'lease', exit: 11, retry: 'now', summary: 'The shop is full.', remedy: ['Wait.', 'Come in.'] },
});
class ShopError extends errorClass('ShopError', SHOP_ERRORS) {}

test('defineErrors gives back its catalogue, with the codes in its type', () => {
  const codes: readonly ('SHOP_CLOSED' | 'SHOP_FULL')[] = Object.keys(SHOP_ERRORS) as (keyof typeof SHOP_ERRORS)[];
  expect(codes).toEqual(['SHOP_CLOSED', 'SHOP_FULL']);
});

describe('an error of a library', () => {
  test('has what its catalogue says about the code', () => {
    const error = new ShopError('SHOP_FULL', { message: 'sales.orders has 3 people in it.' });
    expect(error).toBeInstanceOf(ShopError);
    expect(error).toBeInstanceOf(TidemarkError);
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message }).toEqual({
      name: 'ShopError', message: 'sales.orders has 3 people in it.', code: 'SHOP_FULL', kind: 'lease', exit: 11, retry: 'now', remedy: ['Wait.', 'Come in.'], details: {},
    });
    expect(error.cause).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  test('takes a remedy of the place, named facts and a cause', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new ShopError('SHOP_CLOSED', { message: 'Closed.', remedy: ['Ring the bell.'], details: { table: 'sales.orders' }, cause });
    expect(error.remedy).toEqual(['Ring the bell.']);
    expect(error.details).toEqual({ table: 'sales.orders' });
    expect(error.cause).toBe(cause);
  });

  test('names its class and its sentence where it is printed', () => {
    const error = new ShopError('SHOP_CLOSED', { message: 'Closed.' });
    expect(String(error)).toBe('ShopError: Closed.');
    expect(error.stack).toMatch(/Closed\.[^]*tidemark-error\.test\.ts/);
  });

  test('shows no secret of its details', () => {
    const error = new ShopError('SHOP_CLOSED', { message: 'Closed.', details: { password: new Secret('hunter2') }, cause: { password: new Secret('hunter2') } });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2');
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test.each(['SHOP_BURNT', 'toString', 'constructor', '__proto__'])('refuses the unknown code %s', (code) => {
    expect(() => new ShopError(code as 'SHOP_FULL', { message: '?' })).toThrow(RangeError);
    expect(() => new ShopError(code as 'SHOP_FULL', { message: '?' })).toThrow(`ShopError: unknown error code ${code}`);
  });

  test('the compiler refuses an unknown code', () => {
    // @ts-expect-error SHOP_BURNT is not in the catalogue
    expect(() => new ShopError('SHOP_BURNT', { message: '?' })).toThrow();
  });
});

test('TidemarkError can be made from a definition alone', () => {
  const error = new TidemarkError('SHOP_CLOSED', SHOP_ERRORS.SHOP_CLOSED, { message: 'Closed.' });
  expect(error).toMatchObject({ name: 'TidemarkError', code: 'SHOP_CLOSED', exit: 13 });
});

describe('isTidemarkError', () => {
  test('is true for every library’s errors', () => {
    expect(isTidemarkError(new ShopError('SHOP_FULL', { message: '' }))).toBe(true);
    expect(isTidemarkError(new TidemarkError('SHOP_CLOSED', SHOP_ERRORS.SHOP_CLOSED, { message: '' }))).toBe(true);
  });

  test('is true for an error of another copy of this library', () => {
    const foreign = Object.assign(new Error('Closed.'), { code: 'SHOP_CLOSED', kind: 'source', exit: 13, retry: 'later', remedy: [], details: {} });
    expect(isTidemarkError(foreign)).toBe(true);
  });

  test.each<readonly [string, unknown]>([
    ['a plain error', new Error('x')],
    ['an error of Node', Object.assign(new Error('x'), { code: 'ECONNREFUSED', errno: -111 })],
    ['an error with an exit but no remedy', Object.assign(new Error('x'), { code: 'EEXIT', exit: 2 })],
    ['an object that looks like one', { code: 'SHOP_CLOSED', exit: 13, remedy: [] }],
    ['text', 'SHOP_CLOSED'],
    ['null', null],
    ['undefined', undefined],
  ])('is false for %s', (_name, value) => {
    expect(isTidemarkError(value)).toBe(false);
  });
});
