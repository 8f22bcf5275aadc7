import { resolve } from 'node:path';
import { benchOptions, USAGE } from './bench-options.ts';
import { renderTable } from './report/render-table.ts';
import { runBench } from './run-bench.ts';

const DOCUMENTS = resolve(import.meta.dirname, '../../../docs/benchmarks');

/** A refused INSERT of 41 columns would fill the screen. */
const LONGEST_MESSAGE = 2000;

const options = benchOptions(process.argv.slice(2), DOCUMENTS);
if (options === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    const document = await runBench(options, (line) => process.stderr.write(`bench: ${line}\n`));
    process.stdout.write(`${renderTable(document)}\n`);
    if (options.out !== null) process.stderr.write(`bench: written to ${options.out}\n`);
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message.slice(0, LONGEST_MESSAGE)}\n`);
    process.exitCode = 1;
  }
}
