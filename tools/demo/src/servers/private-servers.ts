import { dirname, join } from 'node:path';
import { startStack, writeStackConfig } from '@tidemark/local-stack';
import { SOURCE_DATABASE } from '../pipeline-config.ts';
import type { DemoServers } from './demo-servers.ts';

/** Starts the local stack inside this process. It and all its files go with this process, however it ends. */
export async function startPrivateServers(): Promise<DemoServers> {
  const stack = await startStack();
  try {
    // A server's folder is removed with the server, even when this process is killed.
    const folder = join(dirname(stack.mariadb.socketPath), 'demo');
    const configFolder = await writeStackConfig(stack, folder);
    return {
      configFolder,
      connectSource: () => stack.mariadb.connect({ database: SOURCE_DATABASE }),
      connectTarget: () => stack.redshift.connect(),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}
