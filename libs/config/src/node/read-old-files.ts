import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { OldFiles } from '../import/old-files.ts';
import type { SourceText } from '../problem/source-text.ts';

/**
 * Reads the files of the older tool: those of its configuration directory, and `.env`, redshift_keys.json, column_mappings/ and conf/ in it or beside it.
 *
 * @param directory its configuration directory, or the directory that has it as `config/`
 * @throws ConfigError `CONFIG_MISSING` – there is no such directory
 */
export async function readOldFiles(directory: string, cwd: string): Promise<OldFiles> {
  if (!(await stat(directory).then((found) => found.isDirectory(), () => false))) throw new ConfigError('CONFIG_MISSING', { message: `${directory} is not a directory`, remedy: ["Name the directory that has the older tool's files."], details: { problems: [] } });
  const inner = join(directory, 'config');
  const root = (await isFile(join(inner, 'connections.yml'))) ? inner : directory;
  const places = root === inner ? [inner, directory] : [directory, dirname(directory)];
  const read = async (path: string): Promise<SourceText> => ({ path: shown(path, cwd), text: await readFile(path, 'utf8') });
  const first = async (...names: readonly string[]): Promise<SourceText | null> => {
    for (const place of places) for (const name of names) if (await isFile(join(place, name))) return read(join(place, name));
    return null;
  };
  const folder = async (name: string, extensions: readonly string[]): Promise<Map<string, SourceText>> => {
    const texts = new Map<string, SourceText>();
    for (const place of places) {
      const files = await readdir(join(place, name)).catch(() => []);
      for (const file of files.sort()) if (extensions.includes(extname(file)) && !texts.has(basename(file, extname(file)))) texts.set(basename(file, extname(file)), await read(join(place, name, file)));
    }
    return texts;
  };
  const yaml = ['.yml', '.yaml'];
  return {
    connections: await first('connections.yml', 'connections.yaml'),
    pipelines: await folder('pipelines', yaml),
    templates: await folder('templates', yaml),
    environments: await folder('environments', yaml),
    tables: await first('conf/tables.yml', 'conf/tables.yaml', 'tables.yml'),
    redshiftKeys: await first('redshift_keys.json'),
    columnMappings: [...(await folder('column_mappings', ['.json'])).values()],
    env: await first('.env'),
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

function shown(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  return fromHere.startsWith('..') ? path : fromHere;
}
