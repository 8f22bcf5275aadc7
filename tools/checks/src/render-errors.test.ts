import { EXIT_CODES } from '@tidemark/cli-kit';
import { expect, test } from 'vitest';
import { knownErrors, renderErrors } from './render-errors.ts';

test('every code is thrown by one library, has a remedy and an exit code of the table', () => {
  const exits = new Set(EXIT_CODES.map(({ code }) => code));
  for (const { code, exit, remedy, summary } of knownErrors()) {
    expect(exits.has(exit), `${code} exits with ${exit}`).toBe(true);
    expect(remedy.length, `${code} has no remedy`).toBeGreaterThan(0);
    expect(summary, code).toMatch(/\.$/);
  }
});

test('the page names every code once', () => {
  const page = renderErrors();
  for (const { code } of knownErrors()) expect(page.split(`\n## ${code}\n`)).toHaveLength(2);
});
