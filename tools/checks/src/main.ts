import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { API_FOLDER, apiReference } from './api-reference.ts';
import { generatedDocuments } from './generated-documents.ts';

/** `npm run docs` writes the generated documents; `--check` only says which are out of date. */
const root = join(import.meta.dirname, '../../..');
const isCheck = process.argv.includes('--check');
const documents = [...generatedDocuments(), ...(await apiReference(root))];
const stale: string[] = [];
for (const { path, text } of documents) {
  const standing = await readFile(join(root, path), 'utf8').catch(() => null);
  if (standing === text) continue;
  stale.push(path);
  if (isCheck) continue;
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
// Pages of entries that are gone.
const known = new Set(documents.map(({ path }) => path));
for (const entry of await readdir(join(root, API_FOLDER), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(root.length + 1);
  if (entry.isDirectory() || known.has(path)) continue;
  stale.push(path);
  if (!isCheck) await rm(join(root, path));
}
if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run npm run docs and commit what it writes.`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'The generated documents are up to date.' : `Written: ${stale.join(', ')}`);
}
