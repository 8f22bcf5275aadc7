import { fileURLToPath } from 'node:url';
import { flush, handle, Args, Flags } from '@oclif/core';
import { defineErrors, errorClass, Secret } from '@tidemark/domain';
import { TidemarkCommand, type CommandOutcome } from '../src/tidemark-command.ts';

const TINY_ERRORS = defineErrors({
  TINY_FAILED: { kind: 'source', exit: 13, retry: 'never', summary: 'It failed.', remedy: ['Look at the source.', 'Run again.'] },
});
class TinyError extends errorClass('TinyError', TINY_ERRORS) {}

const password = new Secret('hunter2');

function circle(): object {
  const around: Record<string, unknown> = { name: 'circle' };
  around['self'] = around;
  return around;
}

const ENDINGS: Readonly<Record<string, () => CommandOutcome>> = {
  well: () => ({ text: 'all is well', result: { rows: 3 } }),
  silently: () => ({ text: '', result: null }),
  warned: () => ({ text: 'all is well', result: { rows: 3 }, warnings: ['Pipeline shop_pipeline, found from the table sales.orders.'] }),
  partly: () => ({ text: 'some failed', result: {}, document: { status: 'partial_success', exit_code: 3 }, exitCode: 3 }),
  'with a secret': () => ({ text: `login with ${password}`, result: { login: { user: 'reader', password } } }),
  'with a bigint': () => ({ text: 'big', result: { rows: 18_446_744_073_709_551_615n } }),
  'with a circle': () => ({ text: 'round', result: circle() }),
  'with a code': () => {
    throw new TinyError('TINY_FAILED', { message: 'mysql.example.com does not answer.', details: { host: 'mysql.example.com', password } });
  },
  'with escape codes': () => {
    throw new TinyError('TINY_FAILED', { message: 'no table \u001b[31mred\u0007' });
  },
  'with details in a circle': () => {
    throw new TinyError('TINY_FAILED', { message: 'Round and round.', details: { around: circle(), why: new Error('inner') } });
  },
  'with an error in its details': () => {
    throw new TinyError('TINY_FAILED', { message: 'Twice wrong.', details: { why: new RangeError('inner') } });
  },
  unexpectedly: () => {
    throw new TypeError('x is not a function');
  },
  'with text': () => {
    throw 'just text';
  },
};

const HOUR_MS = 3_600_000;

function hang(): Promise<never> {
  process.stderr.write('working\n');
  return new Promise(() => setTimeout(() => undefined, HOUR_MS));
}

/** A command that ends in the way that it is told to. */
class TinyCommand extends TidemarkCommand {
  static override args = { how: Args.string({ required: true }) };
  static override flags = { limit: Flags.integer({ min: 1 }), color: Flags.string({ options: ['red', 'green'] }) };

  /** Another place that hears of it, where the command hangs. */
  protected override async failed({ code }: { readonly code: string }): Promise<void> {
    if (this.argv.includes('never')) process.stderr.write(`told of ${code}\n`);
  }

  protected override outcome(): Promise<CommandOutcome> {
    return this.parse(TinyCommand).then(({ args, flags }) => {
      this.loggerOf(flags);
      if (args.how === 'never') return hang();
      if (args.how === 'when it is told to') {
        const signal = this.interruption;
        return Promise.race([hang(), new Promise<CommandOutcome>((resolve) => signal.addEventListener('abort', () => resolve({ text: 'at a safe point', result: null, exitCode: 143 })))]);
      }
      return ENDINGS[args.how]!();
    });
  }
}

try {
  await TinyCommand.run(process.argv.slice(2), { root: fileURLToPath(new URL('..', import.meta.url)) });
  await flush();
} catch (error) {
  await handle(error as Error);
}
