import type { Position } from '@tidemark/domain';

/** A position for a person. */
export function positionText(position: Position | null): string {
  if (position === null) return 'from the beginning';
  if (position.kind === 'tick') return `from ${position.column} ${position.value} on`;
  if (position.kind === 'gtid') return `after transaction ${position.gtid}`;
  const cursor = position.columns.map((column, index) => `${column} ${position.values[index] ?? ''}`).join(', ');
  return position.kind === 'pk' ? `first load, after ${cursor}` : `after ${cursor}`;
}
