import { commandsToTry } from './commands-to-try.ts';
import { USAGE, demoOptions, type DemoOptions } from './demo-options.ts';
import { Interrupted, interruptions } from './interruptions.ts';
import { runDemo } from './run-demo.ts';
import { type BackgroundServers, startBackgroundServers } from './servers/background-servers.ts';
import { startPrivateServers } from './servers/private-servers.ts';

const write = (text: string): void => void process.stdout.write(text);

/** @returns the exit code, once everything that was started has ended or is kept */
async function demo({ orderCount, keep }: DemoOptions): Promise<number> {
  const interrupted = interruptions();
  const kept: BackgroundServers | undefined = keep ? await startBackgroundServers() : undefined;
  await using servers = kept ?? (await startPrivateServers());
  await using processes = new AsyncDisposableStack();
  write(`demo: MariaDB, S3 emulator and Redshift emulator are up\n`);
  const isEqual = await Promise.race([runDemo({ servers, orderCount, processes, write, showProgress: true }), interrupted]);
  if (kept !== undefined) {
    kept.keep();
    write(commandsToTry(kept));
  }
  return isEqual ? 0 : 1;
}

async function exitCode(options: DemoOptions): Promise<number> {
  try {
    return await demo(options);
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message}\n`);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

const options = demoOptions(process.argv.slice(2));
if (options === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  // Sessions that an interruption left behind wait for servers that are gone.
  process.exit(await exitCode(options));
}
