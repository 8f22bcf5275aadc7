import { describe, expect, test } from 'vitest';
import { runTables, type OrderedTable } from './run-tables.ts';

const table = (name: string, ...dependsOn: string[]): OrderedTable => ({ name, dependsOn });

/** Works on tables and says what happened when; a table ends when told to. */
class Workshop {
  readonly said: string[] = [];
  readonly #ends = new Map<string, (isGood: boolean) => void>();
  readonly work = async ({ name }: OrderedTable, failed: readonly string[]): Promise<boolean> => {
    this.said.push(failed.length === 0 ? `${name} begins` : `${name} is skipped for ${failed.join(', ')}`);
    return failed.length === 0 && (await new Promise<boolean>((resolve) => this.#ends.set(name, resolve)));
  };

  async end(name: string, isGood = true): Promise<void> {
    this.#ends.get(name)!(isGood);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

describe('the tables of a run', () => {
  test('are worked on side by side, up to the limit, in their order', async () => {
    const shop = new Workshop();
    const all = runTables([table('a'), table('b'), table('c')], 2, shop.work, (isGood) => isGood);
    await Promise.resolve().then(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shop.said).toEqual(['a begins', 'b begins']);
    await shop.end('b');
    expect(shop.said).toEqual(['a begins', 'b begins', 'c begins']);
    await shop.end('a', false);
    await shop.end('c');
    expect(await all).toEqual([false, true, true]);
  });

  test('wait for those that they depend on, which may stand after them', async () => {
    const shop = new Workshop();
    const all = runTables([table('lines', 'orders'), table('orders', 'customers', 'elsewhere'), table('customers'), table('other')], 4, shop.work, (isGood) => isGood);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shop.said).toEqual(['customers begins', 'other begins']);
    await shop.end('customers');
    await shop.end('orders');
    await shop.end('lines');
    await shop.end('other');
    expect(shop.said).toEqual(['customers begins', 'other begins', 'orders begins', 'lines begins']);
    expect(await all).toEqual([true, true, true, true]);
  });

  test('are told what failed before them; the others go on', async () => {
    const shop = new Workshop();
    const all = runTables([table('customers'), table('orders', 'customers'), table('lines', 'orders'), table('other')], 1, shop.work, (isGood) => isGood);
    await new Promise((resolve) => setImmediate(resolve));
    await shop.end('customers', false);
    await shop.end('other');
    expect(await all).toEqual([false, false, false, true]);
    expect(shop.said).toEqual(['customers begins', 'other begins', 'orders is skipped for customers', 'lines is skipped for orders']);
  });

  test('in a circle are a mistake of the caller', async () => {
    await expect(runTables([table('a', 'b'), table('b', 'a')], 1, () => Promise.resolve(true), Boolean)).rejects.toThrow('a, b, a');
  });
});
