import type { Job, Surroundings } from './job.ts';
import { runTask } from './run-task.ts';

/** The process of one job: it is sent the job, sends what it measured, and ends. */
process.once('disconnect', () => process.exit(1));
process.once('message', ({ job, surroundings }: { job: Job; surroundings: Surroundings }) => {
  runTask(job, surroundings).then(
    (measured) => process.send!({ measured }, () => process.exit(0)),
    (error: unknown) => process.send!({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () => process.exit(1)),
  );
});
