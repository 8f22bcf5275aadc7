import { Flags } from '@oclif/core';
import { chooseTables, CliError, confirm, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { tableMarker, writeMarkers } from '@tidemark/sync-engine/standing';
import { openMarkers } from '@tidemark/sync-engine/wiring';
import { noMarkers } from '../markers/no-markers.ts';

/** `tidemark completion-markers write` */
export class CompletionMarkersWrite extends TidemarkCommand {
  static override summary = 'Write the completion marker of tables by hand, to let a waiting orchestrator go on.';
  static override description = 'Says nothing about the rows: it is for tables that were brought up to date in another way.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders --status SUCCESS --yes', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --status FAILED --dry-run'];
  static override flags = {
    ...PIPELINE_FLAGS,
    status: Flags.option({ options: ['SUCCESS', 'FAILED'] as const, required: true, summary: 'What the marker says.' })(),
    's3-completion-bucket': Flags.string({ helpValue: 'BUCKET', summary: 'Write to this bucket.' }),
    yes: Flags.boolean({ summary: 'Do not ask.' }),
    'dry-run': Flags.boolean({ summary: 'Say what would be written.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(CompletionMarkersWrite);
    if (flags.table === undefined) throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name each table with -t.'] });
    const bucket = flags['s3-completion-bucket'];
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [], ...(bucket === undefined ? {} : { completionBucket: bucket }) });
    using markers = await openMarkers(pipeline, this.loggerOf(flags));
    if (markers === null) throw noMarkers(pipeline.identity);
    const at = new Date();
    const made = tables.map(({ name }) => tableMarker({ prefix: markers.prefix, connection: pipeline.source.name, table: name, status: flags.status, at, executionId: 'manual' }));
    const keys = made.map(({ key }) => key);
    if (flags['dry-run']) return { text: `Would write to ${markers.bucket}:\n${keys.join('\n')}`, result: { bucket: markers.bucket, would_write: keys }, warnings: notes };
    await confirm(`Write ${keys.join(', ')} to ${markers.bucket}?`, flags.yes);
    await writeMarkers(made, markers.objects);
    return { text: keys.map((key) => `Written: ${key}`).join('\n'), result: { bucket: markers.bucket, written: keys }, warnings: notes };
  }
}
