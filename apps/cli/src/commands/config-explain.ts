import { Args, Flags } from '@oclif/core';
import { loadedConfig, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { findPipelineForTable, type ExplainedValue, type LoadedConfig } from '@tidemark/config';
import { isTidemarkError } from '@tidemark/domain';
import { explainedRow } from '../config/value-text.ts';

/** `tidemark config explain` */
export class ConfigExplain extends TidemarkCommand {
  static override summary = 'Say what a setting is, which file and line set it, and what it replaced.';
  static override description = 'KEY is a whole path, such as connections.sources.SHOP_RO.host, or the end of one, such as batch_size. With -p or -t only their settings are looked through.';
  static override examples = ['<%= config.bin %> <%= command.id %> batch_size', '<%= config.bin %> <%= command.id %> lookback -t sales.orders', '<%= config.bin %> <%= command.id %> connections.targets.dw --env staging'];
  static override args = { key: Args.string({ description: 'The setting, or a part of the configuration.' }) };
  static override flags = {
    pipeline: Flags.string({ char: 'p', helpValue: 'NAME', summary: 'Only settings of this pipeline.' }),
    table: Flags.string({ char: 't', helpValue: 'TABLE', summary: 'Only settings of this table, as schema.table.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConfigExplain);
    const config = await loadedConfig(flags);
    const values = explained(config, scopeOf(config, flags), args.key ?? '');
    const rows = values.map((value) => explainedRow(value));
    return { text: textTable(['key', 'value', 'set in', 'instead of'], rows), result: { values } };
  }
}

/** The path below which is looked; empty for all. */
function scopeOf(config: LoadedConfig, { pipeline, table }: { readonly pipeline: string | undefined; readonly table: string | undefined }): string {
  if (pipeline === undefined && table === undefined) return '';
  const name = pipeline ?? findPipelineForTable(config, { table: table! }).pipeline;
  const { identity, tables } = config.outline(name);
  if (table === undefined) return `pipelines.${identity}`;
  const bare = table.slice(table.indexOf(':') + 1);
  const listed = tables.filter((known) => known === bare || known.endsWith(`.${bare}`));
  return `pipelines.${identity}.tables.${listed.length === 1 ? listed[0]! : bare}`;
}

/** What stands at the path; else every value whose path ends in it. */
function explained(config: LoadedConfig, scope: string, key: string): readonly ExplainedValue[] {
  const path = [scope, key].filter((part) => part !== '').join('.');
  try {
    return config.explain(path);
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'EXPLAIN_UNKNOWN') throw error;
    const found = config.explain(scope).filter((value) => `${value.path}.`.includes(`.${key}.`));
    if (found.length === 0) throw error;
    return found;
  }
}
