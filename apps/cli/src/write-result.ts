import { rename, rm, writeFile } from 'node:fs/promises';
import type { FailureDocument } from '@tidemark/cli-kit';
import type { RunResult } from '@tidemark/domain';

/** Writes a run's result, or why it did not begin, to a file. Whoever reads the file finds a whole document, this one or the one before. */
export async function writeResult(path: string, result: RunResult | FailureDocument): Promise<void> {
  await writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** Writes a file in one step: whoever reads it finds the new text or the one before. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
