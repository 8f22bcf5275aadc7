import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { flush, handle } from '@oclif/core';
import { wrapPorts, type SyncPorts } from '@tidemark/sync-engine/engine';
import { crashAt, crashPointName } from '@tidemark/sync-engine/testing';
import { SyncPipeline } from '../dist/index.js';
import { plannedCrashes, struckLine, type PlannedCrash } from './planned-crash.ts';

/** `tidemark sync pipeline` that breaks where `TIDEMARK_TEST_CRASHES` says. A program of its own, so that SIGKILL ends all of it. */
class CrashingSync extends SyncPipeline {
  protected override ports(ports: SyncPorts): SyncPorts {
    return plannedCrashes(process.env).reduce(withCrash, ports);
  }
}

function withCrash(ports: SyncPorts, { point, nth }: PlannedCrash): SyncPorts {
  const say = (): void => void writeSync(2, struckLine(crashPointName(point)));
  const crash = crashAt(point, nth, () => {
    say();
    process.kill(process.pid, 'SIGKILL');
    throw new Error('SIGKILL did not end this process');
  });
  process.on('exit', () => {
    if (crash.hasStruck) say();
  });
  return wrapPorts(ports, crash);
}

try {
  await CrashingSync.run(process.argv.slice(2), { root: fileURLToPath(new URL('..', import.meta.url)) });
  await flush();
} catch (error) {
  await handle(error as Error);
}
