import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

/**
 * A data folder that is made once per key and copied for each server.
 *
 * Two processes that make it at the same time do not meet: each works in a folder of its own, and the first rename wins.
 *
 * @param key names the software, its version and everything else that shapes the content
 * @returns the folder; nobody writes into it any more
 */
export async function templateFolder(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const parent = await writableCache();
  const template = join(parent, key);
  if (await isFolder(template)) return template;
  const draft = await mkdtemp(join(parent, `${key}.draft-`));
  try {
    const data = join(draft, 'data');
    await mkdir(data);
    await make(data);
    await rename(data, template).catch(async (error: NodeJS.ErrnoException) => {
      if (!(await isFolder(template))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return template;
}

/** Copies a template into a server's folder. `cp` keeps holes as holes, which is four times faster than writing the zeros of a log file. */
export async function copyTemplate(template: string, target: string): Promise<void> {
  await runProgram(findProgram('cp'), ['-r', '--sparse=always', '--no-target-directory', '--', template, target]);
}

async function writableCache(): Promise<string> {
  const preferred = join(cacheFolder(), 'templates');
  try {
    await mkdir(preferred, { recursive: true });
    return preferred;
  } catch {
    // A home folder that cannot be written: templates then live in the temporary folder of this user.
    const fallback = join(tmpdir(), `tidemark-templates-${userInfo().uid}`);
    await mkdir(fallback, { recursive: true, mode: 0o700 });
    return fallback;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}
