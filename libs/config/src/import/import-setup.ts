import { stringify } from 'yaml';
import { envOnlySetup } from '../env/env-only-setup.ts';
import { parseEnv } from '../env/parse-env.ts';
import { configError, configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import type { SourceText } from '../problem/source-text.ts';
import { NAME_PATTERN, TABLE_NAME_PATTERN } from '../schema/leaves.ts';
import { emptyMap, mapAt, nodeAt, type MapNode } from '../tree/config-node.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { carryKeys, leaveAll, type NotCarried, type Plain } from './carry-keys.ts';
import { SCHEMA_BASE } from '../schema/file-kinds.ts';
import { importKeys } from './import-keys.ts';
import { defaultStrategy, importTable, textAt, type ImportNotes } from './import-tables.ts';
import { PIPELINE_RULES, S3_RULES, SOURCE_RULES, TARGET_RULES, type KeyRules } from './key-rules.ts';
import type { ImportFinding, OldFiles } from './old-files.ts';

/** A set-up of the older tool as a configuration of Tidemark. */
export interface ImportedSetup {
  /** Texts by their paths in the new configuration directory. */
  readonly files: ReadonlyMap<string, string>;
  /** Every key that is not in them, with the reason. */
  readonly notCarried: readonly NotCarried[];
  readonly findings: readonly ImportFinding[];
}

/**
 * Turns the files of the older tool into those of Tidemark. Nothing is left out unsaid: what is not in `files` is in `notCarried`.
 *
 * @throws ConfigError exit 10 – with every old file that cannot be read
 */
export function importSetup(old: OldFiles): ImportedSetup {
  return new Importing(old).run();
}

/** Editors check the file by it. */
const SCHEMA_HINT = (kind: string): string => `# yaml-language-server: $schema=${SCHEMA_BASE}/${kind}.schema.json\n`;

class Importing {
  readonly #old: OldFiles;
  readonly #files = new Map<string, string>();
  readonly #notCarried: NotCarried[] = [];
  readonly #findings: ImportFinding[] = [];
  readonly #problems: ConfigProblem[] = [];
  #firstS3: string | null = null;

  constructor(old: OldFiles) {
    this.#old = old;
  }

  run(): ImportedSetup {
    const renames = this.#columnMappings();
    const used = new Set<string>();
    this.#connections();
    for (const [name, source] of this.#old.templates) this.#pipeline('templates', name, source, renames, used);
    for (const [name, source] of this.#old.pipelines) this.#pipeline('pipelines', name, source, renames, used);
    this.#tablesOnly(renames, used);
    for (const [name, source] of this.#old.environments) this.#environment(name, source);
    for (const [table, { file }] of renames) if (!used.has(table)) this.#leave(file, { line: null, key: table, reason: 'no pipeline lists the table' });
    if (this.#old.redshiftKeys !== null) this.#redshiftKeys(this.#old.redshiftKeys);
    if (this.#problems.length > 0) throw configError(this.#problems);
    return { files: this.#files, notCarried: this.#notCarried, findings: this.#findings };
  }

  #connections(): void {
    const { connections, env } = this.#old;
    if (connections === null) {
      const values = env === null ? new Map<string, string>() : parseEnv(env).values;
      const setup = envOnlySetup((name) => (values.get(name) ?? '') !== '');
      if (setup === null) {
        this.#problems.push(configProblem({ code: 'CONFIG_MISSING', at: null, sentence: 'there is neither a connections.yml nor a .env that names DB_HOST and S3_BUCKET_NAME', remedy: 'Name the directory that has the older tool\'s files.' }));
        return;
      }
      this.#firstS3 = 'default';
      this.#files.set('connections.yml', `${SCHEMA_HINT('connections')}${setup.connections}`);
      if (this.#old.pipelines.size === 0 && this.#old.tables === null) this.#files.set('pipelines/default.yml', `${SCHEMA_HINT('pipeline')}${setup.pipeline}`);
      return;
    }
    const tree = this.#read(connections);
    const leave = (left: Omit<NotCarried, 'file'>): void => this.#leave(connections.path, left);
    const set = (path: readonly string[], rules: KeyRules): Plain =>
      Object.fromEntries([...mapAt(tree, path).entries].flatMap(([name, entry]) => {
        if (entry.node.kind === 'map') return [[name, carryKeys(entry.node, rules, [...path, name], leave)]];
        leaveAll(name, entry, path, 'it is not a map', leave);
        return [];
      }));
    for (const [key, entry] of mapAt(tree, ['connections']).entries) if (!['sources', 'targets'].includes(key)) leaveAll(key, entry, ['connections'], 'connections are sources or targets', leave);
    const s3 = { ...set(['s3_configs'], S3_RULES), ...(tree.entries.has('s3') ? { default: carryKeys(mapAt(tree, ['s3']), S3_RULES, ['s3'], leave) } : {}) };
    this.#firstS3 = Object.keys(s3)[0] ?? null;
    for (const [key, entry] of tree.entries) {
      if (['connections', 's3_configs', 's3'].includes(key)) continue;
      leaveAll(key, entry, [], key === 'connection_settings' ? 'connections have time limits of their own, in processing.query_timeout_seconds and ssh_tunnel.keepalive_seconds' : 'it says nothing to Tidemark at the top of a file', leave);
    }
    for (const [side, name] of [...mapAt(tree, ['connections', 'sources']).entries.keys()].map((found) => ['sources', found]).concat([...mapAt(tree, ['connections', 'targets']).entries.keys()].map((found) => ['targets', found])) as [string, string][]) {
      const password = textAt(mapAt(tree, ['connections', side, name]), 'password');
      if (password !== null && password !== '' && !password.includes('${')) this.#findings.push({ severity: 'warning', message: `connections.${side}.${name}.password stands in the file as it is`, remedy: 'Move it to .env and write "${NAME}", or use env:, file:, aws-sm: or aws-ssm:.' });
    }
    this.#files.set('connections.yml', `${SCHEMA_HINT('connections')}${stringify({ connections: { sources: set(['connections', 'sources'], SOURCE_RULES), targets: set(['connections', 'targets'], TARGET_RULES) }, s3_configs: s3 }, { lineWidth: 0 })}`);
  }

  #pipeline(folder: 'pipelines' | 'templates', stem: string, source: SourceText, renames: ReadonlyMap<string, Renames>, used: Set<string>): void {
    const tree = this.#read(source);
    const notes: ImportNotes = { leave: (left) => this.#leave(source.path, left), find: (finding) => this.#findings.push(finding) };
    const old = mapAt(tree, ['pipeline']);
    const pipeline = this.#pipelinePart(old, ['pipeline'], notes);
    if (folder === 'pipelines') {
      const name = textAt(old, 'name');
      if (name !== null && name !== stem) {
        if (new RegExp(NAME_PATTERN).test(name)) pipeline['name'] = name;
        else notes.leave({ line: old.entries.get('name')?.keyOrigin.place?.line ?? null, key: 'pipeline.name', reason: `the name has characters other than letters, digits, _ and -; -p takes ${stem}` });
      }
      if (pipeline['s3_config'] === undefined && this.#firstS3 !== null && !this.#templateHasS3(textAt(tree, 'extends'))) pipeline['s3_config'] = this.#firstS3;
    }
    if (folder === 'pipelines') {
      // It holds for the tables that the pipeline does not list, too.
      const defaults = (pipeline['default_table_config'] ??= {}) as Plain;
      defaults['load_mode'] ??= defaultStrategy(old) === 'full_sync' ? 'replace' : 'append';
    }
    for (const [key, entry] of tree.entries) if (!['extends', 'pipeline', 'tables'].includes(key)) leaveAll(key, entry, [], 'it says nothing to Tidemark at the top of a file', notes.leave);
    const extended = textAt(tree, 'extends');
    if (extended !== null && !this.#old.templates.has(extended)) notes.leave({ line: tree.entries.get('extends')?.keyOrigin.place?.line ?? null, key: 'extends', reason: `there is no template ${extended}` });
    const tables = this.#tables(mapAt(tree, ['tables']), defaultStrategy(old), renames, used, notes);
    this.#files.set(`${folder}/${stem}.yml`, `${SCHEMA_HINT(folder === 'pipelines' ? 'pipeline' : 'template')}${stringify({ ...(extended !== null && this.#old.templates.has(extended) ? { extends: extended } : {}), pipeline, ...(Object.keys(tables).length === 0 ? {} : { tables }) }, { lineWidth: 0 })}`);
  }

  /** Whether a template, or one that it extends, chooses the S3 configuration. */
  #templateHasS3(name: string | null, seen: readonly string[] = []): boolean {
    const source = name === null || seen.includes(name) ? undefined : this.#old.templates.get(name);
    if (source === undefined) return false;
    const { tree } = parseYaml(source, 'template');
    return tree !== null && (nodeAt(tree, ['pipeline', 's3_config']) !== undefined || this.#templateHasS3(textAt(tree, 'extends'), [...seen, name!]));
  }

  #pipelinePart(old: MapNode, path: readonly string[], notes: ImportNotes): Plain {
    const pipeline = carryKeys(old, PIPELINE_RULES, path, notes.leave);
    const s3 = pipeline['s3'] as Plain | undefined;
    if (typeof s3?.['isolation_prefix'] === 'string') s3['isolation_prefix'] = s3['isolation_prefix'].replace(/^\/+/, '');
    const defaults = nodeAt(old, ['default_table_config']);
    if (defaults?.kind === 'map') {
      const table = importTable(null, defaults, [...path, 'default_table_config'], defaultStrategy(old), [], notes);
      delete table['target_name'];
      if (Object.keys(table).length > 0) pipeline['default_table_config'] = table;
    }
    return pipeline;
  }

  #tables(old: MapNode, strategy: string, renames: ReadonlyMap<string, Renames>, used: Set<string>, notes: ImportNotes): Plain {
    const names = [...old.entries.keys()];
    const tables: Plain = {};
    for (const [name, { node, keyOrigin }] of old.entries) {
      if (!new RegExp(TABLE_NAME_PATTERN).test(name)) {
        notes.leave({ line: keyOrigin.place?.line ?? null, key: `tables.${name}`, reason: 'it is not schema.table' });
        continue;
      }
      const map = node.kind === 'map' ? node : emptyMap(keyOrigin);
      const table = importTable(name, map, ['tables', name], strategy, names, notes);
      const found = renames.get(name);
      if (found !== undefined) {
        used.add(name);
        table['columns'] = { rename: found.mappings };
      }
      tables[name] = table;
    }
    return tables;
  }

  /** conf/tables.yml lists tables of one pipeline that has no file. */
  #tablesOnly(renames: ReadonlyMap<string, Renames>, used: Set<string>): void {
    const source = this.#old.tables;
    if (source === null) return;
    const tree = this.#read(source);
    const list = nodeAt(tree, ['tables']);
    const notes: ImportNotes = { leave: (left) => this.#leave(source.path, left), find: (finding) => this.#findings.push(finding) };
    for (const [key, entry] of tree.entries) if (key !== 'tables' || list?.kind !== 'list') leaveAll(key, entry, [], key === 'tables' ? 'it is not a list' : 'it says nothing to Tidemark at the top of a file', notes.leave);
    const byName = new Map((list?.kind === 'list' ? list.items : []).flatMap((item, index) => {
      const name = item.kind === 'map' ? textAt(item, 'name') : null;
      if (item.kind !== 'map' || name === null) {
        notes.leave({ line: item.origin.place?.line ?? null, key: `tables.${index}`, reason: 'it has no name' });
        return [];
      }
      const entries = new Map([...item.entries].filter(([key]) => key !== 'name'));
      return [[name, { keyOrigin: item.entries.get('name')!.keyOrigin, node: { ...item, entries } }] as const];
    }));
    const tables = this.#tables({ ...emptyMap({ layer: 'pipeline', place: null }), entries: byName }, 'hybrid', renames, used, notes);
    const setup = this.#old.connections === null ? 'default' : null;
    const first = (key: string): string => setup ?? this.#firstOf(key);
    this.#files.set('pipelines/default.yml', `${SCHEMA_HINT('pipeline')}${stringify({ pipeline: { source: first('sources'), target: first('targets'), ...(this.#firstS3 === null ? {} : { s3_config: this.#firstS3 }) }, tables }, { lineWidth: 0 })}`);
  }

  #firstOf(key: string): string {
    return [...mapAt(this.#read(this.#old.connections!), ['connections', key]).entries.keys()][0] ?? 'default';
  }

  #environment(name: string, source: SourceText): void {
    const tree = this.#read(source);
    const notes: ImportNotes = { leave: (left) => this.#leave(source.path, left), find: (finding) => this.#findings.push(finding) };
    for (const [key, entry] of tree.entries) if (key !== 'pipeline') leaveAll(key, entry, [], 'the older tool read only pipeline from an environment', notes.leave);
    const pipeline = this.#pipelinePart(mapAt(tree, ['pipeline']), ['pipeline'], notes);
    this.#files.set(`environments/${name}.yml`, `${SCHEMA_HINT('environment')}${stringify({ pipeline }, { lineWidth: 0 })}`);
  }

  #redshiftKeys(source: SourceText): void {
    const text = importKeys(source, (left) => this.#leave(source.path, left));
    if (text === null) this.#problems.push(configProblem({ code: 'CONFIG_YAML_SYNTAX', at: null, sentence: `${source.path} is not JSON with one entry per table`, remedy: 'Correct the file, or leave it out.' }));
    else this.#files.set('redshift_keys.json', text);
  }

  #columnMappings(): Map<string, Renames> {
    const renames = new Map<string, Renames>();
    for (const { path, text } of this.#old.columnMappings) {
      const document = asJson(text) as { readonly table_name?: unknown; readonly mappings?: Readonly<Record<string, string>> } | null;
      const name = typeof document?.table_name === 'string' ? document.table_name.slice(document.table_name.indexOf(':') + 1) : null;
      if (name === null || typeof document?.mappings !== 'object') this.#problems.push(configProblem({ code: 'CONFIG_YAML_SYNTAX', at: null, sentence: `${path} is not JSON with table_name and mappings`, remedy: 'Correct the file, or leave it out.' }));
      else if (Object.keys(document.mappings).length > 0) renames.set(name, { file: path, mappings: document.mappings });
    }
    return renames;
  }

  #read(source: SourceText): MapNode {
    const { tree, problems } = parseYaml(source, 'pipeline');
    this.#problems.push(...problems.filter((problem) => !this.#problems.some(({ message }) => message === problem.message)));
    return tree ?? emptyMap({ layer: 'pipeline', place: null });
  }

  #leave(file: string, left: Omit<NotCarried, 'file'>): void {
    this.#notCarried.push({ file, ...left });
  }
}

interface Renames {
  readonly file: string;
  readonly mappings: Readonly<Record<string, string>>;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
