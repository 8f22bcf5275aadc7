/** `node … src/shapes.ts FILE`: prints the distinct statement shapes that emulators have noted in a file. */
import { shapesReport } from './control/shape-notes.ts';

const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('Name the file that REDSHIFT_EMULATOR_SHAPES named.\n');
  process.exitCode = 2;
} else process.stdout.write(`${shapesReport(file)}\n`);
