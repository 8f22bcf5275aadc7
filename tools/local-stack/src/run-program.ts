import { execFile } from 'node:child_process';
import { STACK_SERVER_FAILED, StackError } from './errors.ts';
import type { Program } from './programs.ts';

/**
 * Runs a program to its end and gives its standard output.
 *
 * @throws StackError `STACK_SERVER_FAILED` with both outputs when it does not end with exit code 0
 */
export async function runProgram(program: Program, args: readonly string[], options: { readonly cwd?: string; readonly uid?: number | undefined } = {}): Promise<string> {
  const { cwd = '/', uid } = options;
  return new Promise((resolve, reject) => {
    const settings = { cwd, env: program.env, maxBuffer: 1 << 24, encoding: 'utf8' as const, ...(uid === undefined ? {} : { uid, gid: uid }) };
    execFile(program.path, args, settings, (error, stdout, stderr) => {
      if (error) reject(new StackError(STACK_SERVER_FAILED, `${program.path} failed: ${error.message}\n${stdout}${stderr}`, ['Read the output above.'], error));
      else resolve(stdout);
    });
  });
}
