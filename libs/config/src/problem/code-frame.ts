import { maskLines } from './mask-lines.ts';
import { printable } from './printable.ts';
import type { Place } from './source-text.ts';

const LINES_AROUND = 2;
const MAX_WIDTH = 120;

/** The lines around a place with a mark under it; values of secret keys are masked. */
export function codeFrame(at: Place): string {
  const lines = maskLines(at.source.text);
  const first = Math.max(1, at.line - LINES_AROUND);
  const last = Math.min(lines.length, at.line + LINES_AROUND);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const text = printable(lines[number - 1]!).slice(0, MAX_WIDTH);
    frame.push(`${number === at.line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === at.line && at.column <= MAX_WIDTH) {
      const room = Math.max(1, text.length - at.column + 1);
      frame.push(`  ${' '.repeat(width)} | ${' '.repeat(at.column - 1)}${'^'.repeat(Math.min(at.length, room))}`);
    }
  }
  return frame.join('\n');
}
