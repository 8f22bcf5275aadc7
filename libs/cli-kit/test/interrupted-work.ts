import { CliError } from '../src/errors.ts';
import { Interruption } from '../src/interruption.ts';

/** Works until it is interrupted; with `stubborn` it goes on after that, with `late` for longer than it may. */
const isLate = process.argv.includes('late');
const isStubborn = isLate || process.argv.includes('stubborn');
const keepAlive = setInterval(() => undefined, 1_000);
{
  using interruption = new Interruption(isLate ? { safePointMs: 1 } : {});
  process.stderr.write('working\n');
  const work = new Promise<void>((resolve) => {
    interruption.signal.addEventListener('abort', () => {
      if (!isStubborn) resolve();
    });
  });
  await Promise.race([work, interruption.overdue]).catch((error: unknown) => process.stdout.write(`${(error as Error).message}\n`));
  const { reason } = interruption.signal as { readonly reason: unknown };
  process.stdout.write(`${JSON.stringify({ isCliError: reason instanceof CliError, code: (reason as CliError).code, exit: (reason as CliError).exit })}\n`);
}
process.stdout.write(`listeners left: ${process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')}\n`);
clearInterval(keepAlive);
