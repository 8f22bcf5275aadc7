import type { Job } from '../jobs/job.ts';

/** What a job does, in a few words. */
export function jobLabel({ task }: Job): string {
  switch (task.way) {
    case 'cli': return 'mariadb --quick --batch';
    case 'read': return 'read and decode';
    case 'extract': return `${task.to === 's3' ? 'extract to S3' : 'extract, discard'}${task.inThread === true ? ', encode in a thread' : ''}`;
    case 'plain-node': return 'mysql2 objects, appendRow';
    case 'write': return `write: ${task.writer}`;
  }
}
