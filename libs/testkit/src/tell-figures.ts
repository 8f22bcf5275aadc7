import { appendFileSync } from 'node:fs';

/** Prints what a test has lived through; also into the file that TIDEMARK_FIGURES names, for the end of a soak. */
export function tellFigures(line: string): void {
  console.log(line);
  const file = process.env['TIDEMARK_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}
