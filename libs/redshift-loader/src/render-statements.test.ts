import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderStatements } from './render-statements.ts';

const SQL = join(import.meta.dirname, 'sql');
/** Parts of statements. */
const PARTS = ['keysMatchSql', 'sameValuesSql', 'newestFirstSql', 'targetValueSql', 'rowHashSql'];

test('the page has what every function that builds a statement gives', async () => {
  const page = await readFile(join(import.meta.dirname, 'render-statements.ts'), 'utf8');
  const files = (await readdir(SQL)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(SQL, name), 'utf8')));
  const builders = texts.flatMap((text) => [...text.matchAll(/^export function (\w+Sql)\(/gm)].map(([, name]) => name!));
  expect(builders.length).toBeGreaterThan(50);
  expect(builders.filter((name) => !PARTS.includes(name) && !new RegExp(`\\b${name}\\(`).test(page))).toEqual([]);
});

test('statements stand in fences, one a piece, and hold no key', () => {
  const page = renderStatements();
  expect(page).toContain('\n## scd2\n');
  const statements = [...page.matchAll(/```sql\n([^`]*)\n```/g)].flatMap(([, block]) => block!.split(/;\n|;$/)).filter((text) => text.trim() !== '');
  expect(statements.length).toBeGreaterThan(90);
  expect(page).not.toContain('undefined');
});
