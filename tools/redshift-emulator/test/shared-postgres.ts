import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Port of the PostgreSQL that all test files of a run share. */
    postgresPort: number;
  }
}

/** Starts one PostgreSQL for the run; each test file makes its own databases there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('postgresPort', postgres.port);
  return () => postgres.stop();
}
