import type { CrashPoint } from '@tidemark/sync-engine/testing';

/** Where a run is to break: the nth time that it passes the point. */
export interface PlannedCrash {
  readonly point: CrashPoint;
  readonly nth: number;
}

const VARIABLE = 'TIDEMARK_TEST_CRASHES';

/** The environment with which `crashing-tidemark.ts` breaks at these points. */
export function crashEnvironment(crashes: readonly PlannedCrash[]): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(crashes) };
}

/** What `crashEnvironment` made. */
export function plannedCrashes(environment: NodeJS.ProcessEnv): readonly PlannedCrash[] {
  return JSON.parse(environment[VARIABLE]!) as readonly PlannedCrash[];
}

/** What the process says on stderr when a crash point struck. */
export function struckLine(name: string): string {
  return `struck ${name}\n`;
}
