import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { STACK_PROGRAM_MISSING, StackError } from './errors.ts';

/** Where Debian keeps servers is not on an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A program of a server and the environment it runs in. */
export interface Program {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  /** Root of the unpacked packages the program belongs to; undefined for a program of the system. */
  readonly unpackedRoot: string | undefined;
}

/** The folder for what is made once and used by every later run. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'tidemark');
}

/**
 * Finds a program on PATH, in the system's folders, or among the packages that the set-up unpacked without root.
 *
 * @throws StackError `STACK_PROGRAM_MISSING`
 */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env, systemFolders: readonly string[] = SYSTEM_FOLDERS): Program {
  for (const folder of [...(env.PATH ?? '').split(':').filter((entry) => entry.startsWith('/')), ...systemFolders]) {
    const path = join(folder, name);
    if (isExecutable(path)) return { path, env, unpackedRoot: undefined };
  }
  const root = join(cacheFolder(env), 'debs', 'root');
  for (const folder of ['usr/sbin', 'usr/bin']) {
    const path = join(root, folder, name);
    if (isExecutable(path)) return { path, env: unpackedEnvironment(root, env), unpackedRoot: root };
  }
  throw new StackError(STACK_PROGRAM_MISSING, `The program ${name} is not installed.`, ['Run: npm run setup']);
}

function unpackedEnvironment(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => {
    const path = join(root, folder);
    return [...subfolders(path).filter((name) => name.endsWith('-linux-gnu')).map((name) => join(path, name)), path];
  });
  const programs = [join(root, 'usr/sbin'), join(root, 'usr/bin')];
  return {
    ...env,
    PATH: [...programs, env.PATH ?? ''].filter(Boolean).join(':'),
    LD_LIBRARY_PATH: [...libraries, env.LD_LIBRARY_PATH ?? ''].filter(Boolean).join(':'),
  };
}

function subfolders(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
