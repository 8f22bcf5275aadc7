import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { confirm, confirmName, type AskingTerminal } from './confirmation.ts';

const QUESTION = 'Begin a new epoch for SHOP_RO:sales.orders?';

function terminal(isTTY = true): AskingTerminal & { readonly input: PassThrough; readonly output: PassThrough } {
  return { input: Object.assign(new PassThrough(), { isTTY }), output: Object.assign(new PassThrough(), { isTTY }) };
}

describe('at a terminal', () => {
  test.each(['y', 'Y', 'yes', 'YES', ' yes '])('%j confirms', async (answer) => {
    const at = terminal();
    at.input.write(`${answer}\n`);
    await expect(confirm(QUESTION, false, at)).resolves.toBeUndefined();
    expect(String(at.output.read())).toContain(`${QUESTION} [y/N] `);
  });

  test.each(['', 'n', 'no', 'yesterday', 'ja', '1'])('%j does not', async (answer) => {
    const at = terminal();
    at.input.write(`${answer}\n`);
    await expect(confirm(QUESTION, false, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED', exit: 2, message: 'Not confirmed; nothing was changed.' });
  });

  test('an input that ends does not', async () => {
    const at = terminal();
    at.input.end();
    await expect(confirm(QUESTION, false, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED' });
  });

  test('Ctrl-D does not', async () => {
    const at = terminal();
    at.input.write('\u0004');
    await expect(confirm(QUESTION, false, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED' });
  });

  test('Ctrl-C interrupts', async () => {
    const at = terminal();
    at.input.write('\u0003');
    await expect(confirm(QUESTION, false, at)).rejects.toMatchObject({ code: 'CLI_INTERRUPTED', exit: 130 });
  });
});

test('without a terminal nobody is asked: even a yes in the pipe does not confirm', async () => {
  const at = terminal(false);
  at.input.write('yes\n');
  await expect(confirm(QUESTION, false, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED', exit: 2, remedy: ['Add --yes.'] });
  expect(at.output.read()).toBeNull();
});

test('what is assumed is not asked', async () => {
  const at = terminal();
  await confirm(QUESTION, true, at);
  expect(at.output.read()).toBeNull();
});

describe('by default', () => {
  const { isTTY } = process.stdin;
  afterEach(() => {
    process.stdin.isTTY = isTTY;
  });

  test('stdin is looked at', async () => {
    process.stdin.isTTY = false as true;
    await expect(confirm(QUESTION, false)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED' });
  });
});

describe('a name that has to be typed', () => {
  const LOST = 'Two staged batches were never loaded.';
  const none = { given: [], flag: '--confirm-table' };

  test('confirms', async () => {
    const at = terminal();
    at.input.write('sales.orders\n');
    await expect(confirmName(LOST, 'sales.orders', none, at)).resolves.toBeUndefined();
    expect(String(at.output.read())).toContain(`${LOST}\nType sales.orders to go on: `);
  });

  test.each(['', 'y', 'yes', 'orders', 'sales.orders_history', 'Sales.Orders'])('%j does not', async (answer) => {
    const at = terminal();
    at.input.write(`${answer}\n`);
    await expect(confirmName(LOST, 'sales.orders', none, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED', exit: 2 });
  });

  test('may be given by a flag, each table’s own', async () => {
    const at = terminal(false);
    await expect(confirmName(LOST, 'sales.orders', { ...none, given: ['sales.items', 'sales.orders'] }, at)).resolves.toBeUndefined();
    await expect(confirmName(LOST, 'sales.orders', { ...none, given: ['sales.items'] }, at)).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED', remedy: ['Add --confirm-table sales.orders.'] });
  });
});
