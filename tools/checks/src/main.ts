import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedDocuments } from './generated-documents.ts';

/** `npm run docs` writes the generated documents; `--check` only says which are out of date. */
const root = join(import.meta.dirname, '../../..');
const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const { path, text } of generatedDocuments()) {
  const standing = await readFile(join(root, path), 'utf8').catch(() => null);
  if (standing === text) continue;
  stale.push(path);
  if (!isCheck) await writeFile(join(root, path), text);
}
if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run npm run docs and commit what it writes.`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'The generated documents are up to date.' : `Written: ${stale.join(', ')}`);
}
