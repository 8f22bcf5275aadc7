import { ConfigError } from '../errors.ts';
import type { LoadedPipeline } from '../loaded-config.ts';
import { nearMisses } from '../problem/near-misses.ts';
import type { ResolvedTable } from '../resolved.ts';

/**
 * The table that a name means in a pipeline: `schema.table`, `CONNECTION:schema.table`, or a bare name
 * when one listed table has it. A `schema.table` that the pipeline does not list is taken with
 * `default_table_config` and has `isListed` false.
 *
 * @throws ConfigError `TABLE_AMBIGUOUS` – several listed tables have the bare name
 * @throws ConfigError `TABLE_UNKNOWN` – no listed table has the bare name, or the connection is not the pipeline's source
 * @throws ConfigError `TABLE_NOT_LISTED` – the pipeline has `strict_tables: true`
 */
export function resolveTable(pipeline: LoadedPipeline, name: string): ResolvedTable {
  const colon = name.indexOf(':');
  const connection = colon === -1 ? null : name.slice(0, colon);
  const table = name.slice(colon + 1);
  const listed = pipeline.tables.map((candidate) => candidate.name);
  if (connection !== null && connection !== pipeline.source.name) {
    throw new ConfigError('TABLE_UNKNOWN', { message: `the pipeline ${pipeline.identity} reads ${pipeline.source.name}, not ${connection}`, details: { pipeline: pipeline.identity, table: name } });
  }
  if (table.includes('.')) {
    const found = pipeline.table(table);
    if (found.isListed || !pipeline.isStrict) return found;
    throw new ConfigError('TABLE_NOT_LISTED', { message: `the pipeline ${pipeline.identity} does not list the table ${table} and has strict_tables: true${meant(table, listed)}`, details: { pipeline: pipeline.identity, table, listed } });
  }
  const matches = pipeline.tables.filter((candidate) => candidate.name.slice(candidate.name.indexOf('.') + 1) === table);
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) {
    const names = matches.map((match) => match.name);
    throw new ConfigError('TABLE_AMBIGUOUS', { message: `the pipeline ${pipeline.identity} has several tables named ${table}: ${names.join(', ')}`, remedy: [`Write one of ${names.join(', ')}.`], details: { pipeline: pipeline.identity, table, matches: names } });
  }
  throw new ConfigError('TABLE_UNKNOWN', { message: `the pipeline ${pipeline.identity} lists no table named ${table}${meant(table, [...listed, ...listed.map(bareName)])}`, details: { pipeline: pipeline.identity, table, listed } });
}

function bareName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function meant(name: string, candidates: readonly string[]): string {
  const near = [...new Set(nearMisses(name, candidates))].slice(0, 3);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
