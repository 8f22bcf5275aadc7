import { buildConfig } from './build-config.ts';
import { ConfigError } from './errors.ts';
import type { ConfigProblem } from './problem/config-problem.ts';
import type { SourceText } from './problem/source-text.ts';

/**
 * What is wrong with files that were not written yet, by their paths in a configuration directory. Variables count as set.
 *
 * @param directory absolute path of the directory that they are for
 */
export function checkFiles(files: ReadonlyMap<string, string>, directory: string, env: SourceText | null = null): readonly ConfigProblem[] {
  const source = (path: string): SourceText => ({ path, text: files.get(path) ?? '' });
  const folder = (name: string): ReadonlyMap<string, SourceText> =>
    new Map([...files.keys()].filter((path) => path.startsWith(`${name}/`)).map((path) => [path.slice(name.length + 1).replace(/\.yml$/, ''), source(path)] as const));
  const texts = {
    directory,
    home: directory,
    environment: null,
    connections: source('connections.yml'),
    pipelines: folder('pipelines'),
    templates: folder('templates'),
    tables: folder('tables'),
    environments: folder('environments'),
    redshiftKeys: files.has('redshift_keys.json') ? source('redshift_keys.json') : null,
    envFiles: env === null ? [] : [env],
    variables: {},
    readSecretFile: () => '',
  };
  try {
    return buildConfig(texts).validate().filter(isOfFiles);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return (error.details['problems'] as readonly ConfigProblem[]).filter(isOfFiles);
  }
}

/** A variable that is not set may be set where the files are used; one that may not be read is wrong everywhere. */
function isOfFiles({ code, allowed }: ConfigProblem): boolean {
  return code !== 'CONFIG_UNSET_VARIABLE' || allowed.length > 0;
}
