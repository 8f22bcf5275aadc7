import { readArguments, USAGE } from './read-arguments.ts';
import { startS3Emulator } from './start-s3-emulator.ts';
import type { S3EmulatorOptions } from './start-s3-emulator.ts';

function options(): S3EmulatorOptions {
  try {
    return readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const emulator = await startS3Emulator(options());
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void emulator.close().then(() => process.exit(0));
  });
}
if (emulator.controlUrl !== undefined) console.log(`control ${new URL(emulator.controlUrl).port}`);
console.log(`ready ${emulator.port}`);
