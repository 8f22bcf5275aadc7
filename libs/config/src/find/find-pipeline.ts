import { shellWord } from '@tidemark/domain';
import { ConfigError } from '../errors.ts';
import type { LoadedConfig, PipelineOutline } from '../loaded-config.ts';
import { nearMisses } from '../problem/near-misses.ts';

export interface TableRequest {
  /** `schema.table`, `CONNECTION:schema.table`, or a bare name. */
  readonly table: string;
  /** Only pipelines that read this source are considered. */
  readonly connection?: string;
  /** The command to type for one of several pipelines, in the message; default `tidemark sync pipeline -p NAME -t TABLE`. */
  readonly command?: (pipeline: string, table: string) => string;
}

export interface FoundPipeline {
  readonly pipeline: string;
  /** Why this one: it lists the table, its source's database is the table's schema, or the schema is part of its name. */
  readonly reason: 'listed' | 'database' | 'name';
}

/**
 * The pipeline that a table belongs to. Pipelines that list the table win; else those whose source's database is the
 * table's schema; at last the one whose name holds the schema.
 *
 * @throws ConfigError `PIPELINE_AMBIGUOUS` – several; `details.commands` has the command for each
 * @throws ConfigError `PIPELINE_NOT_FOUND` – none; `details.nearMisses` has tables that may be meant
 */
export function findPipelineForTable(config: Pick<LoadedConfig, 'outlines'>, request: TableRequest): FoundPipeline {
  const colon = request.table.indexOf(':');
  const connection = request.connection ?? (colon === -1 ? undefined : request.table.slice(0, colon));
  const table = request.table.slice(colon + 1);
  const considered = config.outlines.filter((outline) => connection === undefined || outline.source === connection);
  const dot = table.indexOf('.');
  const schema = dot === -1 ? null : table.slice(0, dot);

  const listed = considered.filter((outline) => outline.tables.some((name) => (schema === null ? bareName(name) === table : name === table)));
  if (listed.length > 0) return only(listed, 'listed', table, request);
  if (schema !== null) {
    const byDatabase = considered.filter((outline) => outline.sourceDatabase === schema);
    if (byDatabase.length > 0) return only(byDatabase, 'database', table, request);
    const byName = considered.filter((outline) => outline.identity.toLowerCase().includes(schema.toLowerCase()));
    if (byName.length === 1) return only(byName, 'name', table, request);
  }
  throw notFound(config, considered, table, connection);
}

function only(found: readonly PipelineOutline[], reason: FoundPipeline['reason'], table: string, request: TableRequest): FoundPipeline {
  if (found.length === 1) return { pipeline: found[0]!.identity, reason };
  const command = request.command ?? ((pipeline: string, name: string) => `tidemark sync pipeline -p ${shellWord(pipeline)} -t ${shellWord(name)}`);
  const names = found.map(({ identity }) => identity);
  const commands = names.map((name) => command(name, table));
  const why = reason === 'listed' ? 'list the table' : 'read the database of the table';
  throw new ConfigError('PIPELINE_AMBIGUOUS', {
    message: [`${found.length} pipelines ${why} ${table}: ${names.join(', ')}. Type one of`, ...commands.map((line) => `  ${line}`)].join('\n'),
    remedy: commands,
    details: { table, pipelines: names, commands },
  });
}

function notFound(config: Pick<LoadedConfig, 'outlines'>, considered: readonly PipelineOutline[], table: string, connection: string | undefined): ConfigError {
  const of = connection === undefined ? '' : ` of the source ${connection}`;
  const isSourceUsed = connection === undefined || considered.length > 0;
  const sources = [...new Set(config.outlines.flatMap(({ source }) => source ?? []))];
  const tables = considered.flatMap((outline) => outline.tables);
  const near = isSourceUsed ? [...new Set(nearMisses(table, table.includes('.') ? tables : tables.map(bareName)))].slice(0, 5) : nearMisses(connection, sources);
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : isSourceUsed ? '' : `; pipelines read ${sources.join(', ')}`;
  return new ConfigError('PIPELINE_NOT_FOUND', {
    message: isSourceUsed ? `no pipeline${of} lists the table ${table}, and none reads a database of its schema${hint}` : `no pipeline reads the source ${connection}${hint}`,
    details: { table, connection: connection ?? null, nearMisses: near, pipelines: considered.map(({ identity }) => identity) },
  });
}

function bareName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
