import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Node options with which a module of this project runs as this one does: from its source or built. */
export function ownExecArgv(): string[] {
  return extname(import.meta.url) === '.ts' ? ['--conditions=@tidemark/source'] : [];
}

/** Path of a module of this project beside this one. */
export function modulePath(name: string): string {
  return fileURLToPath(new URL(`${name}${extname(import.meta.url)}`, import.meta.url));
}

type Answer<T> = { readonly measured: T } | { readonly failure: string };

/**
 * Starts a module in a Node process of its own, sends it a message and waits for its answer and its end.
 * @param extraExecArgv more options for Node, such as `--cpu-prof`
 */
export async function runInProcess<T>(module: string, message: object, extraExecArgv: readonly string[] = []): Promise<T> {
  const child = fork(modulePath(module), [], { execArgv: [...ownExecArgv(), '--expose-gc', ...extraExecArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let answer: Answer<T> | undefined;
  child.on('message', (received) => {
    answer = received as Answer<T>;
  });
  child.send(message);
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  if (answer === undefined) throw new Error(`a run ended with ${ending} and without a result: ${JSON.stringify(message)}`);
  if ('failure' in answer) throw new Error(answer.failure);
  return answer.measured;
}
