import type { SyncEvent } from '@tidemark/domain';
import { printableLine } from './printable.ts';

/** An event that a person must not miss, as a line; null for every other. */
export function noticeLine(event: SyncEvent): string | null {
  if (event.type === 'table' && event.phase === 'failed') return printableLine(`${event.table}: failed, ${event.errorCode ?? 'without a code'}`);
  if (event.type === 'load' && event.phase === 'retrying') return printableLine(`${event.table}: the load is tried again: ${event.reason ?? 'no reason given'}`);
  if (event.type === 'lease' && event.phase === 'lost') return printableLine(`${event.table}: the lease was lost`);
  if (event.type === 'finding' && event.finding.severity !== 'info') return printableLine(`${event.table}: ${event.finding.severity}: ${event.finding.message}`);
  return null;
}
