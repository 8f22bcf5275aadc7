import { appendFileSync, readFileSync } from 'node:fs';
import type { LoggedStatement } from './statement-log.ts';
import { statementShapes, type StatementShape } from './statement-shapes.ts';

/** Names the file that every emulator adds its shapes to when it is closed: one JSON document per line. */
const FILE = 'REDSHIFT_EMULATOR_SHAPES';

/** Notes the shapes of an emulator's statements where the environment asks for it. */
export function noteShapes(statements: readonly LoggedStatement[]): void {
  const file = process.env[FILE];
  if (file !== undefined && file !== '') appendFileSync(file, statementShapes(statements).map((shape) => `${JSON.stringify(shape)}\n`).join(''));
}

/** The shapes of many emulators as one table: how often each was sent, how often it failed, most frequent first within a kind. */
export function shapesReport(file: string): string {
  const merged = new Map<string, { kind: string; count: number; failed: number }>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter((text) => text !== '')) {
    const { shape, kind, count, failed } = JSON.parse(line) as StatementShape;
    const known = merged.get(shape) ?? { kind, count: 0, failed: 0 };
    merged.set(shape, { kind, count: known.count + count, failed: known.failed + failed });
  }
  const rows = [...merged].toSorted(([, a], [, b]) => a.kind.localeCompare(b.kind) || b.count - a.count);
  return [`${merged.size} shapes`, ...rows.map(([shape, { kind, count, failed }]) => `${kind}\t${count}\t${failed}\t${shape}`)].join('\n');
}
