import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openMysqlSession, openPostgresSession } from '@tidemark/local-stack';
import { SOURCE_DATABASE } from '../pipeline-config.ts';
import type { DemoServers } from './demo-servers.ts';

/** Servers that outlive the demo once they are kept. */
export interface BackgroundServers extends DemoServers {
  /** Address of the source with its administrator's name and password. */
  readonly sourceUrl: URL;
  /** From now on disposing leaves the servers up. */
  keep(): void;
}

const STACK_PROGRAM = join(dirname(fileURLToPath(import.meta.resolve('@tidemark/local-stack/package.json'))), 'src', 'main.ts');

/**
 * Starts the background stack of this workspace, the one of `npm run stack -- start`.
 *
 * @throws Error with the stack's own words, such as that one is running already
 */
export async function startBackgroundServers(): Promise<BackgroundServers> {
  const environment = exportedValues(await runStackProgram('start'));
  const valueOf = (name: string): string => environment.get(name) ?? fail(`the stack did not say its ${name}`);
  const sourceUrl = new URL(valueOf('TEST_MYSQL_URL'));
  const targetUrl = new URL(valueOf('TEST_REDSHIFT_URL'));
  let isKept = false;
  return {
    configFolder: valueOf('TIDEMARK_CONFIG'),
    sourceUrl,
    connectSource: () => openMysqlSession({ ...endpoint(sourceUrl), database: SOURCE_DATABASE }),
    connectTarget: () => openPostgresSession({ ...endpoint(targetUrl), database: targetUrl.pathname.slice(1) }),
    keep: () => {
      isKept = true;
    },
    [Symbol.asyncDispose]: async () => {
      if (!isKept) await runStackProgram('stop');
    },
  };
}

/** In a process group of its own: Ctrl-C must not leave a stack that is half started. */
async function runStackProgram(command: 'start' | 'stop'): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', STACK_PROGRAM, command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (child.exitCode !== 0) throw new Error(stderr.trim() || `the local stack's ${command} ended with ${child.exitCode ?? child.signalCode}`);
  return stdout;
}

/** The values of `export NAME='value'` lines. */
function exportedValues(lines: string): ReadonlyMap<string, string> {
  return new Map([...lines.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name!, value!.replaceAll(`'\\''`, `'`)]));
}

function endpoint(url: URL): { host: string; port: number; username: string; password: string } {
  return { host: url.hostname, port: Number(url.port), username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

function fail(message: string): never {
  throw new Error(message);
}
