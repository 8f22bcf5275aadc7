import { Args, Flags } from '@oclif/core';
import { loadedConfig, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import type { ExplainedValue } from '@tidemark/config';
import { namedPipeline } from '../config/named-pipeline.ts';
import { explainedRow } from '../config/value-text.ts';

/** `tidemark config show-pipeline` */
export class ConfigShowPipeline extends TidemarkCommand {
  static override summary = 'Show every setting of a pipeline and where it was set; secrets are hidden.';
  static override description = 'Reads files and environment only. A value whose variable is not set is shown as one that cannot be had.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -p shop_pipeline --all --env staging'];
  static override args = { name: Args.string({ description: 'The pipeline.' }) };
  static override flags = {
    pipeline: Flags.string({ char: 'p', helpValue: 'NAME', summary: 'The pipeline.' }),
    all: Flags.boolean({ summary: 'Show defaults too.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConfigShowPipeline);
    const config = await loadedConfig(flags);
    const { identity, alias, file, tables } = config.outline(namedPipeline(config, flags.pipeline, args.name));
    const settings = config.explain(`pipelines.${identity}.pipeline`);
    const of = (key: string): unknown => settings.find(({ path }) => path === `pipelines.${identity}.pipeline.${key}`)?.value;
    const s3 = of('s3_config') ?? config.s3Configs.names[0];
    const parts: [string, readonly ExplainedValue[]][] = [
      ['pipeline', settings],
      ...([['connections.sources', of('source')], ['connections.targets', of('target')], ['s3_configs', s3]] as const)
        .filter(([, name]) => typeof name === 'string')
        .map(([set, name]): [string, readonly ExplainedValue[]] => [`${set}.${String(name)}`, config.explain(`${set}.${String(name)}`)]),
      ...tables.map((table): [string, readonly ExplainedValue[]] => [`tables.${table}`, config.explain(`pipelines.${identity}.tables.${table}`)]),
    ];
    const sections = parts.map(([title, values]) => {
      const shown = values.filter(({ origin }) => flags.all || origin.layer !== 'default');
      const prefix = title.startsWith('connections') || title.startsWith('s3_configs') ? `${title}.` : `pipelines.${identity}.${title}.`;
      return shown.length === 0 ? `${title}: all as by default` : `${title}\n${textTable(['key', 'value', 'set in'], shown.map((value) => explainedRow(value, prefix).slice(0, 3)))}`;
    });
    const text = [`${identity}${alias === null ? '' : ` (${alias})`}, ${file}`, ...sections].join('\n\n');
    return { text, result: { pipeline: identity, alias, file, tables, values: parts.flatMap(([, values]) => values) } };
  }
}
