import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError, type FailureDocument } from '@tidemark/cli-kit';
import type { RunResult } from '@tidemark/domain';

/** Writes a run's result, or why it did not begin, to a file. Whoever reads the file finds a whole document, this one or the one before. */
export async function writeResult(path: string, result: RunResult | FailureDocument): Promise<void> {
  await writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * Makes the folders of a file that is written when a run has ended, and tries to write there: hours of work do not end at a wrong path.
 *
 * @param flag that names the file, with its dashes
 * @throws CliError `CLI_USAGE` when the file could not be written
 */
export async function requireWritable(flag: string, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    const attempt = `${path}.${process.pid}.tmp`;
    await writeFile(attempt, '');
    await rm(attempt);
  } catch (cause) {
    throw new CliError('CLI_USAGE', { message: `${flag}: ${path} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, remedy: ['Name a file in a folder that this user may write to.'], cause });
  }
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
