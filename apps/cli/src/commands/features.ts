import { textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { publishedSchema } from '@tidemark/config';

/** Choices of a table's settings that say what this version can do. */
const CHOICES = ['cdc_strategy', 'load_mode', 'late_commits', 'null_cursor'] as const;

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly enum?: readonly string[]; readonly $ref?: string; readonly $defs?: Readonly<Record<string, Schema>> };

/** `tidemark features` */
export class Features extends TidemarkCommand {
  static override summary = 'Show what this version can do, from the schemas of its configuration.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    await this.parse(Features);
    const table = (publishedSchema('pipeline') as Schema).$defs?.['table'];
    const features = Object.fromEntries(CHOICES.map((key) => [key, table?.properties?.[key]?.enum ?? []]));
    return { text: textTable(['setting', 'choices'], Object.entries(features).map(([key, values]) => [key, values.join(', ')])), result: features };
  }
}
