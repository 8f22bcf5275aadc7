import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, Converter, LogLevel, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

/** Where the pages of the API reference stand, from the workspace's root. */
export const API_FOLDER = 'docs/api';

/** An entry that a library publishes. */
export interface PublicEntry {
  /** The source file, an absolute path. */
  readonly file: string;
  /** The specifier without the scope: `sync-engine/wiring`. */
  readonly name: string;
}

/** Every entry of every published library, in the order of their names. */
export async function publicEntries(root: string): Promise<readonly PublicEntry[]> {
  const entries: PublicEntry[] = [];
  for (const library of (await readdir(join(root, 'libs'))).sort()) {
    const manifest = JSON.parse(await readFile(join(root, 'libs', library, 'package.json'), 'utf8')) as { private?: boolean; exports: Record<string, string | { '@tidemark/source'?: string }> };
    if (manifest.private === true) continue;
    for (const [key, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string' || target['@tidemark/source'] === undefined) continue;
      entries.push({ file: join(root, 'libs', library, target['@tidemark/source']), name: `${library}${key.slice(1)}` });
    }
  }
  return entries;
}

const OPTIONS: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ['typedoc-plugin-markdown'],
  // The workspace is type-checked by itself.
  skipErrorChecking: true,
  logLevel: LogLevel.Warn,
  // No line of a page depends on the machine, the commit or the place of a declaration in its file.
  disableSources: true,
  disableGit: true,
  hideGenerator: true,
  githubPages: false,
  readme: 'none',
  name: 'API of the libraries',
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  router: 'module',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  pageTitleTemplates: { module: ({ name }) => `@tidemark/${name}` },
  useCodeBlocks: true,
  indexFormat: 'table',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
};

/**
 * The API reference, a page for each public entry, made by TypeDoc from the sources and their comments.
 *
 * @returns path from the workspace's root and text of each page
 */
export async function apiReference(root: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-api-'));
  try {
    const entries = await publicEntries(root);
    const app = await Application.bootstrapWithPlugins({
      ...OPTIONS, entryPoints: entries.map(({ file }) => file), tsconfig: join(root, 'tools/checks/tsconfig.api.json'), outputs: [{ name: 'markdown', path: folder }],
    });
    const names = new Map(entries.map(({ file, name }) => [file, name]));
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
      for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
        module.name = names.get(project.getSymbolIdFromReflection(module)?.fileName ?? '') ?? module.name;
      }
    });
    const project = await app.convert();
    if (project === undefined) throw new Error('TypeDoc could not read the sources; what it said stands above.');
    await app.generateOutputs(project);
    for (const { name } of entries) await access(join(folder, `${name}.md`)).catch(() => { throw new Error(`TypeDoc made no page of ${name}: tools/checks/tsconfig.api.json does not include its file.`); });
    const pages = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md')).sort();
    return await Promise.all(pages.map(async (name) => ({ path: `${API_FOLDER}/${name}`, text: `${(await readFile(join(folder, name), 'utf8')).trimEnd()}\n` })));
  } finally {
    await rm(folder, { recursive: true });
  }
}
