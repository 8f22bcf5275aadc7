import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startRedshiftEmulator, type RedshiftEmulatorOptions } from './emulator.ts';

const USAGE = `Usage: node --conditions=@tidemark/source src/main.ts --config FILE

FILE holds the options of startRedshiftEmulator as JSON ("-" reads standard input): postgres, users, database, isolation,
port, tls, s3, maxRowBytes. Prints "ready PORT" and one line of JSON {port, url, control: {url, token}} when clients can
connect. SIGTERM and SIGINT end it.`;

/** Reads the options; says what is missing in a sentence. */
function readOptions(source: string): RedshiftEmulatorOptions {
  const options = JSON.parse(readFileSync(source === '-' ? 0 : source, 'utf8')) as Partial<RedshiftEmulatorOptions>;
  const { postgres, users } = options;
  if (postgres === undefined || users === undefined) throw new Error('the configuration needs "postgres" and "users"');
  return { ...options, postgres, users };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  const source = values.config ?? process.env['REDSHIFT_EMULATOR_CONFIG'];
  if (values.help === true || source === undefined) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const options = readOptions(source);
  const emulator = await startRedshiftEmulator({ ...options, control: options.control ?? { port: 0 } });
  const stop = (): void => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`ready ${emulator.port}\n${JSON.stringify({ port: emulator.port, url: emulator.url, control: emulator.control })}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`redshift-emulator: ${(error as Error).message}\n`);
  process.exit(1);
}
